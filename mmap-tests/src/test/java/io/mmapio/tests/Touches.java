// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Touches a view in every way, or in some of them, and holds what it finds against a reference. */
final class Touches {
  private final FileChannel scratch;
  private final int times;
  private final int share;
  private final int first;
  private final Set<String> done = new TreeSet<>();
  private int next;

  /**
   * Ways to touch.
   *
   * @param scratch a file that may be written
   * @param times how often in each way, two at least
   * @param share of how many ways one is taken
   * @param first which
   */
  Touches(FileChannel scratch, int times, int share, int first) {
    this.scratch = scratch;
    this.times = times;
    this.share = share;
    this.first = first;
  }

  /** The ways in which something was touched. */
  Set<String> done() {
    return done;
  }

  /**
   * Touches a view: a buffer of bytes or a segment, as there are no ways for others.
   *
   * @param same what the view is like; is touched too
   * @param marker what to write
   * @param byKernel whether the kernel may copy too, which meets the end of a file where a guard
   *     would see a fault
   */
  void touch(Object view, ByteBuffer same, byte marker, boolean byKernel, String name)
      throws Throwable {
    next = first;
    if (view instanceof ByteBuffer buffer) {
      Map<String, Touch<ByteBuffer>> kinds = new BufferTouches(marker, same).kinds();
      kinds.putAll(new NativeTouches(marker, scratch).kinds());
      if (!byKernel) {
        kinds.keySet().removeIf(kind -> kind.startsWith("FileChannel."));
      }
      touch(kinds, buffer, same, name);
    } else if (Touch.segmentsExist() && SegmentTouches.segmentType().isInstance(view)) {
      Object sameSegment = SegmentTouches.ofBuffer(same);
      touch(
          new SegmentTouches(marker, sameSegment).kinds(same.capacity()), view, sameSegment, name);
    }
  }

  private <V> void touch(Map<String, Touch<V>> kinds, V view, V same, String name)
      throws Throwable {
    for (Map.Entry<String, Touch<V>> kind : kinds.entrySet()) {
      if (next++ % share == 0) {
        String what = name + ", " + kind.getKey() + ": ";
        long found = repeat(kind.getValue(), view, what);
        long expected = kind.getValue().on(same);
        require(found == expected, what + found + ", not " + expected);
        done.add(kind.getKey());
      }
    }
  }

  private <V> long repeat(Touch<V> touch, V view, String what) throws Throwable {
    touch.on(view); // the first may find what the one before it wrote
    long found = touch.on(view);
    for (int i = 2; i < times; i++) {
      require(touch.on(view) == found, what + "the time " + i);
    }
    return found;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
