// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kinds of views: those that a region hands out, and those that the JDK derives from them. Each
 * is made such that nothing else in the program holds what it was derived from.
 */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
enum ViewKind {
  BUFFER(Needs.NOTHING, Shows.ALL, (region, from, length) -> region.buffer()),
  WINDOW(Needs.NOTHING, Shows.PART, MappedRegion::buffer),
  SLICE(Needs.NOTHING, Shows.PART, (region, from, n) -> region.buffer().slice((int) from, (int) n)),
  DUPLICATE(Needs.NOTHING, Shows.ALL, (region, from, n) -> region.buffer().duplicate()),
  SLICE_OF_DUPLICATE_OF_SLICE(
      Needs.NOTHING,
      Shows.PART,
      (region, from, n) ->
          region.buffer().slice(0, (int) (from + n)).duplicate().slice((int) from, (int) n)),
  READ_ONLY(Needs.NOTHING, Shows.ALL, (region, from, n) -> region.buffer().asReadOnlyBuffer()),
  LONGS(Needs.NOTHING, Shows.ALL, (region, from, n) -> region.buffer().asLongBuffer()),
  SLICE_OF_LONGS_OF_WINDOW(
      Needs.NOTHING, Shows.PART, (region, from, n) -> longs(region.buffer(from, n))),

  SEGMENT(Needs.SEGMENTS, Shows.ALL, (region, from, n) -> segment(region)),
  SEGMENT_SLICE(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> SegmentCalls.slice(segment(region), from, n)),
  SEGMENT_READ_ONLY(
      Needs.SEGMENTS, Shows.ALL, (region, from, n) -> SegmentCalls.readOnly(segment(region))),
  SEGMENT_REINTERPRETED(
      Needs.SEGMENTS,
      Shows.ALL,
      (region, from, n) -> SegmentCalls.reinterpret(segment(region), region.size())),
  SEGMENT_OF_BUFFER(
      Needs.SEGMENTS, Shows.ALL, (region, from, n) -> SegmentCalls.ofBuffer(region.buffer())),
  SEGMENT_OF_WINDOW(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> SegmentCalls.ofBuffer(region.buffer(from, n))),
  BUFFER_OF_SEGMENT(
      Needs.SEGMENTS, Shows.ALL, (region, from, n) -> SegmentCalls.buffer(segment(region))),
  LONGS_OF_SEGMENT(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) ->
          longs(SegmentCalls.buffer(SegmentCalls.slice(segment(region), from, n)))),

  BUFFER_RANGE(
      Needs.NOTHING, Shows.PART, (region, from, n) -> region.as(ByteBuffer.class, from, n)),
  SEGMENT_RANGE(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> region.as(SegmentTouches.segmentType(), from, n)),
  BUFFER_OF_SEGMENT_RANGE(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> SegmentCalls.buffer(region.as(SegmentTouches.segmentType(), from, n))),
  SEGMENT_OF_ARENA(Needs.SEGMENTS, Shows.PART, ViewKind::ofArena),
  SLICE_OF_SEGMENT_OF_ARENA(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> SegmentCalls.slice(ofArena(region, 0, region.size()), from, n)),
  BUFFER_OF_SEGMENT_OF_ARENA(
      Needs.SEGMENTS,
      Shows.PART,
      (region, from, n) -> SegmentCalls.buffer(ofArena(region, from, n)));

  private enum Needs {
    NOTHING,
    SEGMENTS
  }

  private enum Shows {
    ALL,
    PART
  }

  /** Makes a view of a region, or of a part of it. */
  @FunctionalInterface
  private interface Maker {
    Object make(MappedRegion region, long from, long length);
  }

  /** Where {@link #of(MappedRegion)} has a part begin: not at a page, but where a long may be. */
  private static final int EDGE = 1000;

  /** How much it leaves out: what is left of a few pages is still a multiple of 256. */
  private static final int LEFT_OUT = 2048;

  private final Needs needs;
  private final Shows shows;
  private final Maker maker;

  ViewKind(Needs needs, Shows shows, Maker maker) {
    this.needs = needs;
    this.shows = shows;
    this.maker = maker;
  }

  private static LongBuffer longs(ByteBuffer buffer) {
    return buffer.asLongBuffer().slice();
  }

  private static Object segment(MappedRegion region) {
    return region.as(SegmentTouches.segmentType());
  }

  /** The arena stays open, and is held by the segment alone. */
  private static Object ofArena(MappedRegion region, long from, long length) {
    return region.as(SegmentTouches.segmentType(), from, length, SegmentCalls.sharedArena());
  }

  /** Those that this JDK has. */
  static List<ViewKind> all() {
    return Stream.of(values()).filter(ViewKind::exists).toList();
  }

  private boolean exists() {
    return switch (needs) {
      case NOTHING -> true;
      case SEGMENTS -> Touch.segmentsExist();
    };
  }

  /** A view of a region of a few pages: of all of it, or of a part that begins within a page. */
  HeldView of(MappedRegion region) {
    return of(region, EDGE, (int) region.size() - LEFT_OUT);
  }

  /**
   * A view of a region.
   *
   * @param from where it begins, for kinds that show a part
   * @param length of that part
   */
  HeldView of(MappedRegion region, int from, int length) {
    Object view = maker.make(region, from, length);
    int offset = shows == Shows.ALL ? 0 : from;
    if (view instanceof ByteBuffer bytes) {
      return HeldView.of(bytes, offset);
    }
    return view instanceof LongBuffer longs
        ? HeldView.of(longs, offset)
        : HeldView.ofSegment(view, offset);
  }
}
