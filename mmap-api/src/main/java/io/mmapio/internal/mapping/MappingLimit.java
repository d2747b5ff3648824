// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.MmapException;
import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.lifetime.Tombstones;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.system.LinuxLimits;

/**
 * Keeps away from the number of mappings that a process of Linux may have, vm.max_map_count. At the
 * limit it is the JVM itself that dies, as soon as it wants a mapping of its own: for its heap, a
 * thread's stack, compiled code.
 *
 * <p>Counting reads a file of one line for each mapping. So there is a count of our own that is
 * never too low, and only when it has come half of the way to the reserve is it looked.
 */
public final class MappingLimit {
  /** This process. */
  public static final MappingLimit SYSTEM = new MappingLimit(new ThisProcess());

  /** The part of the limit that is left to the JVM: 1,023 of 65,530. */
  private static final int RESERVE = 64;

  /** Looking is not worth while for fewer. */
  private static final int STEP = 256;

  private final Counts counts;
  private volatile long lookAt;
  private volatile long limit; // as it was when it was last looked at: root may raise it
  private boolean warned; // under the lock

  /** The mappings of a process. */
  public interface Counts {
    /** Tells how many there may be, {@link Long#MAX_VALUE} for no limit. */
    long allowed();

    /** Counts those there are, at a cost. */
    long present();

    /** Tells how many come from this library, or more, at no cost. */
    long ofThisLibrary();
  }

  private static final class ThisProcess implements Counts {
    @Override
    public long allowed() {
      return LinuxLimits.maxMappings().orElse(Long.MAX_VALUE);
    }

    @Override
    public long present() {
      return LinuxLimits.mappings().orElse(0);
    }

    @Override
    public long ofThisLibrary() {
      return Reaper.watched();
    }
  }

  /** For any process. */
  public MappingLimit(Counts counts) {
    this.counts = counts;
    this.limit = counts.allowed();
    this.lookAt = limit / 2;
  }

  /** Refuses to map what would leave too little for the JVM. */
  public void requireRoom(MapRequest spec) throws MmapException {
    if (counts.ofThisLibrary() >= lookAt && !hasRoom() && !(Tombstones.reclaim() && hasRoom())) {
      throw new MmapException(
          spec.source().name(),
          "map",
          0,
          "too few mappings are left",
          spec.offset(),
          Math.max(0, spec.length()),
          describe(counts.present()));
    }
  }

  private String describe(long count) {
    return "this process has "
        + count
        + " mappings of the "
        + limit
        + " that "
        + LinuxLimits.MAX_MAP_COUNT
        + " allows, and at the limit the JVM itself dies: close regions, drop views, or raise"
        + " vm.max_map_count; "
        + Tombstones.describe();
  }

  private synchronized boolean hasRoom() {
    long count = counts.present();
    limit = counts.allowed();
    long left = limit - limit / RESERVE - count;
    warn(count);
    lookAt = counts.ofThisLibrary() + Math.max(STEP, left / 2);
    if (left <= 0) {
      lookAt = 0; // whoever comes next has to look too
    }
    return left > 0;
  }

  private void warn(long count) {
    boolean near = count > limit / 10 * 8;
    if (near && !warned) {
      System.getLogger("io.mmapio").log(System.Logger.Level.WARNING, describe(count));
    }
    warned = near;
  }
}
