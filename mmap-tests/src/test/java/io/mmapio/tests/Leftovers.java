// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A program that maps very often and ends with an error if something is left of it. */
final class Leftovers {
  static final byte VALUE = 0x3c;

  /**
   * Mappings and descriptors that come and go without this library: a thread that the JVM starts
   * meanwhile has two mappings for its stack, and the heap, the metaspace and the code cache are
   * cut anew when they grow. Seen: 0 to 6.
   */
  private static final long SLACK = 20;

  /**
   * Pages: the stack of a thread, and what compilers take from malloc. Seen: up to 2,000, the same
   * for 100,000 and for 1,000,000 times. A leak of one mapping in 25 is over it.
   */
  private static final long ADDRESS_SLACK = 4_000;

  private static final int WARM_UP = 10_000;

  private Leftovers() {}

  /** One time around. */
  @FunctionalInterface
  private interface Step {
    void with(Path file) throws IOException;
  }

  /** Arguments: the file, what to do with it, and how often. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    int times = Integer.parseInt(arguments[2]);
    switch (arguments[1]) {
      case "close" -> repeat(Leftovers::close, file, times);
      case "close with view" -> repeat(Leftovers::closeWithView, file, times);
      case "drop" -> repeat(Leftovers::drop, file, times);
      case "slice" -> keepSlice(file);
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static void close(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      require(region.isOpen(), "not even open");
    }
  }

  private static void closeWithView(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      require(region.buffer().get(0) == VALUE, "not the file");
    }
  }

  /** One without a view and one with: nobody closes them. */
  private static void drop(Path file) throws IOException {
    require(Mmap.map(file).size() > 0, "nothing mapped");
    require(Mmap.map(file).buffer().get(0) == VALUE, "not the file");
  }

  private static void repeat(Step step, Path file, int times) throws IOException {
    times(step, file, Math.min(times, WARM_UP));
    Footprint before = Footprint.settled(file);
    times(step, file, times);
    boolean back = Footprint.collectUntil(() -> nothingOf(file) && isBack(file, before));
    String report = "from " + before + " to " + Footprint.of(file);
    require(back, report);
    System.out.println(report);
    System.out.println("nothing left of " + times);
  }

  private static void times(Step step, Path file, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      step.with(file);
    }
  }

  private static boolean nothingOf(Path file) throws IOException {
    Footprint now = Footprint.of(file);
    return now.mappingsOfFile() == 0 && now.descriptorsOfFile() == 0;
  }

  private static boolean isBack(Path file, Footprint before) throws IOException {
    Footprint now = Footprint.of(file);
    return now.mappings() <= before.mappings() + SLACK
        && now.descriptors() <= before.descriptors() + SLACK
        && now.addresses() <= before.addresses() + ADDRESS_SLACK;
  }

  private static void keepSlice(Path file) throws IOException {
    useSliceAlone(file);
    require(Footprint.collectUntil(() -> nothingOf(file)), "the mapping outlives its last slice");
    System.out.println("nothing left of 1");
  }

  private static void useSliceAlone(Path file) throws IOException {
    MappedRegion region = Mmap.map(file);
    ByteBuffer slice = region.buffer().slice(1, Math.toIntExact(region.size() - 1)).duplicate();
    WeakReference<MappedRegion> lost = new WeakReference<>(region);
    region = null;
    boolean collected =
        Footprint.collectUntil(
            () -> lost.refersTo(null) && Footprint.of(file).descriptorsOfFile() == 0);
    require(collected, "the region outlives everyone who could reach it");
    for (int times = 0; times < 10; times++) {
      System.gc();
      while (slice.hasRemaining()) {
        require(slice.get() == VALUE, "not the file at " + slice.position());
      }
      slice.rewind();
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
