// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.spi.MmapBackend;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A reference-counted address range. The region holds it until the region is closed or collected,
 * and every root of views until the root is collected. The release of the last reference unmaps the
 * range.
 */
public final class AddressRange implements Reaper.OfRoot {
  /** What lies at the addresses when the last reference is released. */
  private enum Remains {
    MAPPED,
    TOMBSTONE,
    UNKNOWN
  }

  // There may be as many ranges as views waiting for the collector, so the counts are not objects.
  private static final AtomicIntegerFieldUpdater<AddressRange> HOLDERS =
      AtomicIntegerFieldUpdater.newUpdater(AddressRange.class, "holders");
  private static final AtomicIntegerFieldUpdater<AddressRange> WRITERS =
      AtomicIntegerFieldUpdater.newUpdater(AddressRange.class, "writers");

  private final MmapBackend os;
  private final long address;
  private final long length;
  private volatile int holders = 1; // the region and its views
  private volatile int writers; // of the views, the writable ones
  private final @Nullable LostPageGuard guard;
  private Remains remains = Remains.MAPPED; // written before the region leaves the holders

  /**
   * Takes ownership of a range.
   *
   * @param length the length with which the range is unmapped; zero for no range at all
   * @param guard of the whole range, or null; ended when the range is unmapped
   */
  public AddressRange(MmapBackend os, long address, long length, @Nullable LostPageGuard guard) {
    this.os = os;
    this.address = address;
    this.length = length;
    this.guard = guard;
  }

  public @Nullable LostPageGuard guard() {
    return guard;
  }

  public long address() {
    return address;
  }

  public long length() {
    return length;
  }

  public void viewAdded(boolean writable) {
    HOLDERS.incrementAndGet(this);
    if (writable) {
      WRITERS.incrementAndGet(this);
    }
  }

  @Override
  public void collected(boolean writable) {
    if (writable) {
      WRITERS.decrementAndGet(this);
    }
    leave();
  }

  /** Returns the number of roots of views, while the region holds the range too. */
  public int views() {
    return holders - 1;
  }

  public int writableViews() {
    return writers;
  }

  /**
   * Releases the region's reference. The caller makes sure that no view is added meanwhile. A view
   * may be released at the same time; the last release acts.
   *
   * @param entomb how many bytes from the start are replaced by a tombstone, so that views do not
   *     reach them any more; zero for none
   * @return zero or minus the error
   */
  public long regionLeaves(long entomb) {
    if (holders == 1) {
      holders = 0;
      return giveBack();
    }
    long result = entomb == 0 ? 0 : entomb(entomb);
    leave();
    return result;
  }

  private long entomb(long bytes) {
    long result = guard == null ? os.entomb(address, bytes) : guard.entomb(bytes);
    if (result < 0) {
      remains = Remains.UNKNOWN;
    } else {
      remains = Remains.TOMBSTONE;
      Tombstones.added(length);
    }
    return result;
  }

  /**
   * Releases one reference. Address ranges of many regions are unmapped together: see {@link
   * Reaper}.
   */
  private void leave() {
    if (HOLDERS.decrementAndGet(this) > 0 || length == 0) {
      return;
    }
    endGuard();
    switch (remains) {
      case MAPPED -> os.unmap(address, length);
      case TOMBSTONE -> Tombstones.abandoned(os, address, length);
      case UNKNOWN -> {
        // Another mapping may be there by now. Addresses that stay taken are the lesser evil.
      }
    }
  }

  public long giveBack() {
    endGuard();
    return length == 0 ? 0 : os.unmap(address, length);
  }

  private void endGuard() {
    if (guard != null) {
      guard.end();
    }
  }
}
