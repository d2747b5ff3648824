// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.WaitOutcome;
import io.mmapio.tests.ChildJvm;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about durability, processes and threads, run. */
final class ProcessFaqTest {
  private static final int CHANGES = 2_000_000;

  @TempDir Path directory;

  private MappedRegion region() throws IOException {
    Path path = directory.resolve("file");
    if (Files.notExists(path)) {
      Files.write(path, new byte[4096]);
    }
    return Mmap.map(path, Access.READ_WRITE);
  }

  // recipe: a failed sync stays failed
  static boolean commit(MappedRegion region) {
    try {
      region.sync();
      return true;
    } catch (IOException e) {
      return false; // for good: each later sync of this region fails as well
    }
  }

  // end

  /** The kernel fails the first msync of each thread. */
  static final class FailingDisk {
    private FailingDisk() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        region.buffer().put(0, (byte) 1);
        System.out.println(commit(region) + " " + commit(region) + " " + commit(region));
      }
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        System.out.println(commit(region)); // mapped anew
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void syncAfterAFailedOneFails() throws Exception {
    Machine.assumeTool("strace");
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
    Path path = Files.write(directory.resolve("file"), new byte[4096]);
    String log = directory.resolve("strace.log").toString();
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("strace", "-f", "-qq", "-o", log, "-e", "trace=msync")
            .under("-e", "inject=msync:error=EIO:when=1")
            .run(FailingDisk.class, path.toString());
    assertEquals("false false false\ntrue\n", outcome.output());
    assertTrue(Files.readString(Path.of(log)).contains("INJECTED"));
  }

  @Test
  void syncOfAHealthyDiskSucceeds() throws IOException {
    try (MappedRegion region = region()) {
      assertTrue(commit(region));
      assertTrue(commit(region));
    }
  }

  // recipe: publish a change
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  static void publish(ByteBuffer view, long number, long value) {
    view.putLong(8, value);
    LONGS.setRelease(view, 0, number); // who sees the number sees the value, too
  }

  static long read(ByteBuffer view, long number) {
    while ((long) LONGS.getAcquire(view, 0) < number) {
      Thread.onSpinWait();
    }
    return view.getLong(8); // the value of that number, or a later one
  }

  // end

  @Test
  void whoSeesTheNumberSeesTheValue() throws Exception {
    try (MappedRegion one = region();
        MappedRegion other = region()) {
      ByteBuffer written = one.buffer();
      Thread writer =
          new Thread(
              () -> {
                for (long number = 1; number <= CHANGES; number++) {
                  publish(written, number, 3 * number);
                }
              });
      writer.start();
      ByteBuffer view = other.buffer();
      long number = 0;
      while (number < CHANGES) {
        number = (long) LONGS.getOpaque(view, 0); // the latest, which leaves the least time
        long value = read(view, number);
        assertTrue(value >= 3 * number && value % 3 == 0, value + " for " + number);
      }
      writer.join();
      assertEquals(3L * CHANGES, read(view, CHANGES));
    }
  }

  // recipe: wait without spinning
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  static void change(MappedRegion region) throws IOException {
    INTS.getAndAdd(region.buffer(0, 4), 0, 1);
    region.signals().wakeAll(0); // in every process that maps the file
  }

  static void awaitChange(MappedRegion region, int seen) throws Exception {
    while ((int) INTS.getVolatile(region.buffer(0, 4), 0) == seen) {
      region.signals().await(0, seen, Duration.ofSeconds(10)); // asleep, not spinning
    }
  }

  // end

  /** A wake that is lost costs some 50 ms, until the thread looks at the number by itself. */
  @Test
  void twoProcessesWakeEachOther() throws Exception {
    int rounds = Feature.WAIT.isSupported() ? 400 : 20;
    try (MappedRegion one = region();
        MappedRegion other = region()) {
      FutureTask<Void> answering =
          new FutureTask<>(
              () -> {
                for (int seen = 0; seen < 2 * rounds; seen += 2) {
                  awaitChange(other, seen);
                  change(other);
                }
                return null;
              });
      new Thread(answering).start();
      long start = System.nanoTime();
      for (int seen = 0; seen < 2 * rounds; seen += 2) {
        change(one);
        awaitChange(one, seen + 1);
      }
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      answering.get();
      assertEquals(2 * rounds, one.buffer().order(ByteOrder.nativeOrder()).getInt(0));
      assertTrue(taken.toSeconds() < 10, taken::toString);
    }
  }

  @Test
  void waitingTakesNoProcessor() throws Exception {
    assumeTrue(Feature.WAIT.isSupported(), "threads look at the number again and again here");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    assumeTrue(threads.isCurrentThreadCpuTimeSupported(), "this JVM does not count it");
    try (MappedRegion region = region()) {
      long before = threads.getCurrentThreadCpuTime();
      assertEquals(WaitOutcome.TIMED_OUT, region.signals().await(0, 0, Duration.ofSeconds(1)));
      long taken = threads.getCurrentThreadCpuTime() - before;
      assertTrue(taken < 300_000_000, taken + " ns");
    }
  }

  // recipe: interrupts close nothing
  static int readInt(MappedRegion region, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4);
    region.read(offset, bytes); // an interrupted thread reads, too
    return bytes.getInt(0);
  }

  // end

  @Test
  void interruptedThreadReadsAndTheRegionStaysOpen() throws IOException {
    Path path = Files.write(directory.resolve("file"), new byte[] {0, 0, 0, 42});
    Thread.currentThread().interrupt();
    try (MappedRegion region = Mmap.map(path)) {
      assertEquals(42, readInt(region, 0));
      assertEquals(42, region.buffer().getInt(0));
      assertTrue(region.isOpen());
    }
    assertTrue(Thread.interrupted());
    try (FileChannel channel = FileChannel.open(path);
        MappedRegion region = Mmap.file(channel).map()) {
      Thread.currentThread().interrupt();
      ByteBuffer bytes = ByteBuffer.allocate(4);
      assertThrows(ClosedByInterruptException.class, () -> channel.read(bytes, 0)); // the JDK's
      assertTrue(Thread.interrupted());
      assertFalse(channel.isOpen());
      assertEquals(42, readInt(region, 0));
    }
  }
}
