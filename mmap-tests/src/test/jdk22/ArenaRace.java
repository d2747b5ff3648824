// SPDX-License-Identifier: Apache-2.0

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Closes arenas while threads read through them, and lets go of the mapping at once. Compiled code
 * that allocates between two reads was seen to read on after {@link Arena#close()} has returned
 * (Temurin 25.0.3): with the JDK's mapping, that ends the JVM within a second.
 *
 * <p>Arguments: {@code jdk} or {@code ours}, a file of ones, and seconds.
 */
public final class ArenaRace {
  private static final int SIZE = 4096;
  private static final int ALLOCATED = 200_000; // so much that it is not done by compiled code

  private static volatile MemorySegment current;
  private static volatile Object allocated;
  private static volatile boolean over;

  private final boolean ours;
  private final Path file;
  private final LongAdder read = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder wrong = new LongAdder();

  private ArenaRace(boolean ours, Path file) {
    this.ours = ours;
    this.file = file;
  }

  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000_000L;
    new ArenaRace(arguments[0].equals("ours"), Path.of(arguments[1])).run(end);
  }

  private void run(long end) throws Exception {
    Runnable last = map();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(Thread.ofPlatform().start(this::readUntilOver));
    }
    long rounds = 0;
    for (; System.nanoTime() < end; rounds++) {
      Runnable next = map();
      last.run();
      last = next;
    }
    over = true;
    for (Thread reader : readers) {
      reader.join();
    }
    last.run();
    System.out.println(
        rounds + " closed, " + read + " reads, " + refused + " refused, " + wrong + " wrong");
  }

  /** Maps the file for the readers, and returns what closes the mapping. */
  private Runnable map() throws IOException {
    Arena arena = Arena.ofShared();
    if (!ours) {
      try (FileChannel channel = FileChannel.open(file)) {
        current = channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE, arena);
      }
      return arena::close;
    }
    MappedRegion region = Mmap.map(file);
    current = region.as(MemorySegment.class, 0, SIZE, arena);
    return () -> {
      arena.close();
      region.close();
    };
  }

  private void readUntilOver() {
    while (!over) {
      try {
        (sum(current) == 3 ? read : wrong).increment();
      } catch (IllegalStateException e) {
        refused.increment();
      }
    }
  }

  private static int sum(MemorySegment bytes) {
    int sum = bytes.get(ValueLayout.JAVA_BYTE, 0);
    byte[] some = new byte[ALLOCATED];
    sum += bytes.get(ValueLayout.JAVA_BYTE, 1);
    allocated = some; // not before, as a volatile store lets nothing be remembered
    sum += bytes.get(ValueLayout.JAVA_BYTE, 2);
    return sum;
  }
}
