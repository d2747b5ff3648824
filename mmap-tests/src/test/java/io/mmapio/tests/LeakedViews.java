// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A program that closes a region and goes on using its views in every way there is. It ends with an
 * error where they are not a memory of zeros of its own.
 */
final class LeakedViews {
  private static final byte BEFORE = 0x11;
  private static final byte AFTER = 0x22;

  private final FileChannel scratch;
  private final int times;
  private int touched;

  private LeakedViews(FileChannel scratch, int times) {
    this.scratch = scratch;
    this.times = times;
  }

  /** Arguments: the file, where to copy it before closing, how often, and whether before too. */
  public static void main(String[] arguments) throws Throwable {
    Path file = Path.of(arguments[0]);
    Path copy = Path.of(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    boolean warm = Boolean.parseBoolean(arguments[3]);
    try (FileChannel scratch = scratch()) {
      run(new LeakedViews(scratch, times), file, copy, warm);
    }
  }

  private static FileChannel scratch() throws IOException {
    return FileChannel.open(
        Files.createTempFile("scratch", null),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static void run(LeakedViews program, Path file, Path copy, boolean warm)
      throws Throwable {
    MappedRegion region = Mmap.map(file, Access.READ_WRITE);
    ByteBuffer view = region.buffer();
    Object segment = Touch.segmentsExist() ? region.as(SegmentTouches.segmentType()) : null;
    byte[] content = Files.readAllBytes(file);
    if (warm) {
      program.touch(view, segment, content, BEFORE);
    }
    Files.copy(file, copy);
    region.close();
    program.touched = 0;
    program.touch(view, segment, new byte[content.length], AFTER);
    if (segment == null) {
      System.out.println("no segments: this JDK has none");
    }
    System.out.println("touched " + program.touched + " kinds");
  }

  /** Does everything to the views, and then to a copy of what they must be like. */
  private void touch(ByteBuffer view, Object segment, byte[] content, byte marker)
      throws Throwable {
    ByteBuffer same = ByteBuffer.allocateDirect(content.length).put(content).clear();
    touch(new BufferTouches(marker, same).kinds(), view, same);
    touch(new NativeTouches(marker, scratch).kinds(), view, same);
    if (segment != null) {
      Object sameSegment = SegmentTouches.ofBuffer(same);
      touch(new SegmentTouches(marker, sameSegment).kinds(content.length), segment, sameSegment);
    }
    require(view.equals(same), "what was written, first at " + view.mismatch(same));
  }

  private <V> void touch(Map<String, Touch<V>> kinds, V view, V same) throws Throwable {
    for (Map.Entry<String, Touch<V>> kind : kinds.entrySet()) {
      Touch<V> touch = kind.getValue();
      long found = repeat(touch, view, kind.getKey());
      long expected = touch.on(same);
      require(found == expected, kind.getKey() + ": " + found + ", not " + expected);
      touched++;
    }
  }

  private <V> long repeat(Touch<V> touch, V view, String name) throws Throwable {
    touch.on(view); // the first may find what the kind before it wrote
    long found = touch.on(view);
    for (int i = 2; i < times; i++) {
      require(touch.on(view) == found, name + ", the time " + i);
    }
    return found;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
