// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.spi.MmapBackend;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses and who holds it: the region until it is closed or collected, and every view
 * until it is collected. The last holder gives the range back.
 */
public final class AddressRange implements Reaper.OfRoot {
  /** What lies at the addresses when the last holder leaves. */
  private enum Remains {
    MAPPED,
    TOMBSTONE,
    UNKNOWN
  }

  // There may be as many of these as views, waiting for the collector: no objects for the counts.
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
   * Takes over a range.
   *
   * @param length what the range is given back with, zero for no range at all
   * @param guard of all of it, ended when it is given back
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

  /** Returns how many views there are, while the region holds the range too. */
  public int views() {
    return holders - 1;
  }

  public int writableViews() {
    return writers;
  }

  /**
   * The region leaves. The caller sees to it that no view is added meanwhile; one may go, but the
   * last to leave is the one that acts.
   *
   * @param entomb how many bytes from the start views may not meet any more, zero if they may
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

  /** Addresses that many regions left are given back together: see {@link Reaper}. */
  private void leave() {
    if (HOLDERS.decrementAndGet(this) > 0 || length == 0) {
      return;
    }
    endGuard();
    // Not a switch: javac makes a class of it that would have to be loaded now. See Reaper.
    if (remains == Remains.MAPPED) {
      os.unmap(address, length);
    } else if (remains == Remains.TOMBSTONE) {
      Tombstones.abandoned(os, address, length);
    } // UNKNOWN: somebody else may be there by now; addresses that stay taken are the lesser evil
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
