// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.ChangedPages.PAGE;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.ChangeMark;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program whose threads change a region in every way while another one sets marks: what was
 * changed after a mark is reported since that mark, always.
 */
final class ChangedRaces {
  private static final int PAGES = 1_000;
  private static final int CAPACITY = 3_000;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final int MARKS = 8; // that are asked at a time

  private final MappedRegion region;
  private final boolean isFile;
  private final long seed;
  private final long deadline;

  /** For each page, the number of a mark after which it was changed. */
  private final AtomicIntegerArray noted = new AtomicIntegerArray(CAPACITY);

  private volatile int marks; // that were set
  private final AtomicLong changes = new AtomicLong();
  private long questions;

  private ChangedRaces(MappedRegion region, long seed, long seconds) {
    this.region = region;
    this.isFile = region.descriptorPath().isPresent();
    this.seed = seed;
    this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Changes bytes of a page. */
  @FunctionalInterface
  private interface Change {
    void of(int page) throws IOException;
  }

  /** Arguments: a file, a seed and seconds. */
  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[1]);
    Path file = Path.of(args[0]);
    try (MappedRegion shared =
            Mmap.file(file)
                .access(Access.READ_WRITE)
                .range(0, (long) PAGES * PAGE)
                .extend()
                .capacity((long) CAPACITY * PAGE)
                .map();
        MappedRegion memory =
            Mmap.anonymous((long) PAGES * PAGE).capacity((long) CAPACITY * PAGE).map()) {
      new ChangedRaces(shared, seed, Long.parseLong(args[2])).run();
      new ChangedRaces(memory, seed, Long.parseLong(args[2])).run();
    }
    System.out.println("done");
  }

  private void run() throws Exception {
    List<Callable<Integer>> all = new ArrayList<>();
    all.add(() -> changing(this::store, new Random(seed)));
    all.add(() -> changing(this::store, new Random(seed + 1)));
    all.add(() -> changing(this::write, new Random(seed + 2)));
    if (Feature.CHECKED_ACCESS.isSupported()) {
      all.add(() -> changing(this::writeChecked, new Random(seed + 3)));
    }
    all.add(() -> changing(this::remove, new Random(seed + 4)));
    all.add(this::growing);
    all.add(this::cleaning);
    all.add(this::marking);
    ExecutorService threads = Executors.newFixedThreadPool(all.size());
    try {
      for (Future<Integer> one : threads.invokeAll(all)) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    System.out.println(
        changes + " changes, " + marks + " marks, " + questions + " questions of " + region);
    if (changes.get() == 0 || questions == 0) {
      throw new IllegalStateException("nothing was tested");
    }
  }

  private boolean goesOn() {
    return System.nanoTime() - deadline < 0;
  }

  private int changing(Change change, Random random) throws IOException {
    while (goesOn()) {
      int after = marks;
      int page = random.nextInt((int) (region.size() / PAGE));
      change.of(page);
      noted.accumulateAndGet(page, after, Math::max);
      changes.incrementAndGet();
    }
    return 0;
  }

  private void store(int page) {
    region.buffer((long) page * PAGE, PAGE).putLong(8, System.nanoTime());
  }

  private void write(int page) throws IOException {
    region.write((long) page * PAGE + 100, ByteBuffer.allocate(200));
  }

  private void writeChecked(int page) throws IOException {
    region.checked().write((long) page * PAGE + 1, ByteBuffer.allocate(1));
  }

  private void remove(int page) throws IOException {
    if (isFile) {
      region.pages((long) page * PAGE, PAGE).punchHole();
    } else {
      region.pages((long) page * PAGE, PAGE).discard();
    }
  }

  private int growing() throws IOException {
    while (goesOn() && region.size() + PAGE <= region.capacity()) {
      int after = marks;
      int page = (int) (region.size() / PAGE);
      region.grow(region.size() + PAGE);
      noted.accumulateAndGet(page, after, Math::max);
      LockSupport.parkNanos(PAUSE_NANOS); // so that there is growth until the end
    }
    return 0;
  }

  private int cleaning() throws IOException {
    while (goesOn()) {
      region.sync(SyncMode.ASYNC);
      if (isFile) {
        region.pages().evict();
      }
    }
    return 0;
  }

  private int marking() throws IOException {
    ChangeMark[] set = new ChangeMark[MARKS];
    BitSet[] expected = new BitSet[MARKS];
    for (int number = 1; goesOn(); number++) {
      set[number % MARKS] = region.mark();
      marks = number;
      for (int mark = Math.max(1, number - MARKS + 1); mark <= number; mark++) {
        expected[mark % MARKS] = notedSince(mark);
        BitSet missing = (BitSet) expected[mark % MARKS].clone();
        for (ByteRange range : region.changedSince(set[mark % MARKS])) {
          missing.clear((int) (range.offset() / PAGE), (int) ((range.end() + PAGE - 1) / PAGE));
        }
        if (!missing.isEmpty()) {
          throw new IllegalStateException("missing since mark " + mark + ": " + missing);
        }
        questions++;
      }
    }
    return 0;
  }

  private BitSet notedSince(int mark) {
    BitSet pages = new BitSet();
    for (int page = 0; page < CAPACITY; page++) {
      if (noted.get(page) >= mark) {
        pages.set(page);
      }
    }
    return pages;
  }
}
