// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random load on a file in a memory cgroup of a quarter of the file: by the kernel alone, and under
 * a budget of as much. -Dmmapio.budget.seconds sets how long the long form runs.
 */
@Tag("child-jvm")
final class BudgetLoadTest {
  private static final long MIB = 1 << 20;
  private static final long JVM = 100 * MIB; // what the child needs besides the file
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup/memory");
  private static final Pattern RESULT =
      Pattern.compile("(?m)^most (\\d+) mean (\\d+) samples (\\d+) over (\\d+) hits ([0-9.]+)% .*");
  private static final Pattern WRONG = Pattern.compile(" wrong (\\d+) ");

  @TempDir Path directory;

  /** What the load said: bytes of the file in memory, samples above the limit, percent. */
  private record Load(long most, long mean, long samples, long over, double hits) {}

  private Path file(long size) throws IOException {
    Path file = Bytes.sparse(directory.resolve("file"), size);
    int page = Math.toIntExact(Mmap.pageSize());
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer view = region.buffer();
      for (int at = 0; at < size; at += page) {
        view.putInt(at, at / page);
      }
      region.sync();
    }
    return file;
  }

  private Load load(Path file, long seconds, long cgroup, long budget) throws Exception {
    Path group = CGROUPS.resolve("mmapio-" + ProcessHandle.current().pid());
    Files.createDirectory(group);
    try {
      Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(cgroup));
      ChildJvm.Outcome outcome =
          new ChildJvm()
              .under("sh", "-c", "echo $$ > '" + group + "/cgroup.procs' && exec \"$@\"", "sh")
              .option("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC")
              .patience(5 + seconds / 30)
              .run(SkewedLoad.class, arguments(file, seconds, budget));
      System.out.println(outcome.output());
      assertEquals(0, outcome.exitCode(), outcome.output());
      Matcher wrong = WRONG.matcher(outcome.output());
      assertTrue(wrong.find() && wrong.group(1).equals("0"), outcome.output());
      assertTrue(Files.readString(group.resolve("memory.oom_control")).contains("oom_kill 0"));
      return parsed(outcome.output());
    } finally {
      Files.delete(group);
    }
  }

  private static String[] arguments(Path file, long seconds, long budget) {
    String bytes = Long.toString(budget);
    return new String[] {
      file.toString(), Long.toString(seconds), bytes, "16384", "RANDOM", "2", "20000"
    };
  }

  private static Load parsed(String output) {
    Matcher result = RESULT.matcher(output);
    assertTrue(result.find(), output);
    return new Load(
        Long.parseLong(result.group(1)),
        Long.parseLong(result.group(2)),
        Long.parseLong(result.group(3)),
        Long.parseLong(result.group(4)),
        Double.parseDouble(result.group(5)));
  }

  private static void assumeCgroup() {
    Machine.assumeNotEmulated("an emulator evicts nothing");
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    assumeTrue(Files.isWritable(CGROUPS), "needs cgroups of version 1, and root");
  }

  /** Runs the load by the kernel alone, and then under a budget of what the kernel found for it. */
  private Load loadUnderBudget(long size, long seconds, double within) throws Exception {
    assumeCgroup();
    Path file = file(size);
    long limit = size / 4;
    Load alone = load(file, seconds, limit + JVM, 0);
    Load budget = load(file, seconds, 2 * limit + JVM, alone.mean());
    assertTrue(budget.mean() <= alone.mean(), budget + " beside " + alone);
    assertTrue(budget.most() <= alone.mean() + limit / 4, budget + " beside " + alone);
    assertTrue(budget.hits() > alone.hits() - within, budget + " beside " + alone);
    return budget;
  }

  @Test
  void staysBelowAndHitsAsOften() throws Exception {
    loadUnderBudget(256 * MIB, 6, 10);
  }

  /**
   * A few samples may be above: the thread that drops pages shares the processors with the load.
   */
  @Test
  @Tag("long")
  void staysBelowAndHitsAsOftenAllTheTime() throws Exception {
    long seconds = Long.getLong("mmapio.budget.seconds", 600);
    Load budget = loadUnderBudget(1024 * MIB, seconds, 3);
    assertTrue(budget.over() <= budget.samples() / 20, budget::toString);
  }
}
