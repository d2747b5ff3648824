// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.ByteBuffer;

/**
 * One kind of access to a view. The first half of a view is only read, the second only written, and
 * doing it again changes nothing: so a view can be held against a reference that was touched once.
 *
 * @param <V> the type of the view
 */
@FunctionalInterface
interface Touch<V> {
  /** Bytes from one element that is touched to the next, so that every page has many. */
  int STRIDE = 128;

  /** Bytes that a bulk access takes, in the middle of a half: they lie on two pages. */
  int BULK = 1024;

  /** The JDK that brought MemorySegment. */
  int SEGMENTS_JDK = 22;

  /** Returns what was read, or a digest of it. */
  long on(V view) throws Throwable;

  /** Whether this JDK has MemorySegment, and SegmentTouches may be loaded. */
  static boolean segmentsExist() {
    return Runtime.version().feature() >= SEGMENTS_JDK;
  }

  /** Where the part that is written begins. */
  static int half(int size) {
    return size / 2;
  }

  /** Where the bulk access begins in a half of which the start is given. */
  static int bulkStart(int start, int size) {
    return start + half(size) / 2 - BULK / 2;
  }

  /** The bytes of a bulk access that reads. */
  static ByteBuffer readable(ByteBuffer view) {
    return view.duplicate().position(bulkStart(0, view.capacity())).limit(readEnd(view));
  }

  private static int readEnd(ByteBuffer view) {
    return bulkStart(0, view.capacity()) + BULK;
  }

  /** The bytes of a bulk access that writes. */
  static ByteBuffer writable(ByteBuffer view) {
    int start = bulkStart(half(view.capacity()), view.capacity());
    return view.duplicate().position(start).limit(start + BULK);
  }
}
