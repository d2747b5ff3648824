// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Collection;

/** A region that can be dropped, and one view of it. Nothing else holds either. */
final class Held {
  /** Of regions that are lost so that the library is seen to have noticed. */
  private static final long MARK = 54_321;

  /** Once for the region, once for what only the region's end lets go, and once more. */
  private static final int ROUNDS = 3;

  private MappedRegion region; // null when it was dropped
  private final WeakReference<MappedRegion> reference;
  private HeldView view; // null when it was dropped

  private Held(MappedRegion region, ViewKind kind) {
    this.region = region;
    this.reference = new WeakReference<>(region);
    this.view = kind.of(region);
  }

  static Held map(MapOptions options, ViewKind kind) throws IOException {
    return new Held(options.map(), kind);
  }

  MappedRegion region() {
    return region;
  }

  HeldView view() {
    return view;
  }

  void dropView() {
    view = null;
  }

  /** Closes the region, or drops it, or both: see {@link #collect}. */
  void meet(Fate fate) {
    if (fate.closed) {
      region.close();
    }
    if (fate.dropped) {
      region = null;
    }
  }

  private boolean isGone() {
    return region != null || reference.refersTo(null);
  }

  /**
   * Has the collector find the regions that were dropped, and the library see that they are gone.
   * Returns when it is certain to have done whatever it does about them.
   */
  static void collect(Collection<Held> all) throws IOException {
    require(
        Footprint.collectUntil(() -> all.stream().allMatch(Held::isGone)),
        "something holds a region that was dropped");
    for (int round = 0; round < ROUNDS; round++) {
      collectOneMore();
    }
    long open = all.stream().filter(held -> held.region != null && held.region.isOpen()).count();
    require(
        Mmap.statistics().openRegions().size() == open,
        "open are " + Mmap.statistics().openRegions() + ", and not " + open);
  }

  /**
   * Loses a region and waits until the library has noticed: what was found before that is done
   * with.
   */
  static void collectOneMore() throws IOException {
    loseOne();
    require(
        Footprint.collectUntil(Held::nothingMarked), "no region is found to have been collected");
  }

  private static void loseOne() throws IOException {
    ByteBuffer view = Mmap.anonymous(MARK).map().buffer();
    require(view.get(0) == 0, "memory that is new");
  }

  private static boolean nothingMarked() {
    return Mmap.statistics().openRegions().stream().noneMatch(region -> region.size() == MARK);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** Drops all, and fails unless the library gives back all that they held. */
  static void requireNothingLeft(Collection<Held> all) throws IOException {
    for (Held held : all) {
      held.view = null;
      held.region = null;
    }
    require(
        Footprint.collectUntil(
            () -> Mmap.statistics().openRegions().isEmpty() && Mmap.statistics().tombstones() == 0),
        "left are " + Mmap.statistics());
  }
}
