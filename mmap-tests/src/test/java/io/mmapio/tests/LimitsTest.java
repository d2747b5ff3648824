// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit that is reached is named with its value; once it is lifted the library works on. */
@Tag("child-jvm")
final class LimitsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "nofile, 300, RLIMIT_NOFILE (ulimit -n) is 300",
    "as, 8000000000, 'RLIMIT_AS (ulimit -v, which is 8000000000 bytes)'",
    "memlock, 65536, RLIMIT_MEMLOCK (ulimit -l) is 65536 bytes",
    "fsize, 5000000, 'RLIMIT_FSIZE (ulimit -f, which is 5000000 bytes)'"
  })
  void limitIsNamedAndLifted(String limit, String value, String words) throws Exception {
    Machine.assumeTool("prlimit");
    Machine.assumeNotEmulated("an emulator has limits of its own");
    ChildJvm child = new ChildJvm().under("prlimit", "--" + limit + "=" + value + ":");
    if (limit.equals("memlock")) { // which is none for root
      child.under(Machine.asNobody()).classPath(Machine.readableClassPath(directory));
    }
    Path file = Bytes.patterned(directory.resolve("file"), 1000);
    // The JVM would raise the limit of files by itself.
    ChildJvm.Outcome outcome =
        child
            .option("-XX:-MaxFDLimit")
            .option("-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=32m")
            .run(Limited.class, file.toString(), limit);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains(words), outcome.output());
    assertTrue(outcome.output().strip().endsWith("works on"), outcome.output());
  }

  /** Needs what the limit does not allow. */
  @FunctionalInterface
  private interface Need {
    MappedRegion of(FileChannel channel) throws IOException;
  }

  /** Takes more than a limit allows, says so, waits, and takes it. */
  static final class Limited {
    private static final Map<String, Need> NEEDS = needs();

    private Limited() {}

    private static Map<String, Need> needs() {
      Map<String, Need> needs = new LinkedHashMap<>();
      needs.put("nofile", channel -> Mmap.file(channel).map());
      needs.put("as", channel -> Mmap.anonymous(1L << 30).access(Access.NONE).map());
      needs.put("memlock", channel -> Mmap.anonymous(20_000).locked().map());
      needs.put(
          "fsize",
          channel -> Mmap.file(channel).access(Access.READ_WRITE).range(0, 9 << 20).extend().map());
      return needs;
    }

    public static void main(String[] args) throws Exception {
      Need need = NEEDS.get(args[1]);
      StandardOpenOption[] options =
          args[1].equals("fsize")
              ? new StandardOpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE}
              : new StandardOpenOption[] {StandardOpenOption.READ};
      Deque<MappedRegion> regions = new ArrayDeque<>();
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), options)) {
        System.out.println(refused(need, channel, regions));
        // To start another process takes files too.
        for (int i = 0; i < 20 && !regions.isEmpty(); i++) {
          regions.removeLast().close();
        }
        lift(args[1]);
        for (int i = 0; i < 30; i++) {
          regions.add(need.of(channel));
        }
      }
      regions.forEach(MappedRegion::close);
      System.out.println("works on");
    }

    private static String refused(Need need, FileChannel channel, Deque<MappedRegion> regions)
        throws IOException {
      while (regions.size() < 1000) {
        try {
          regions.add(need.of(channel));
        } catch (MmapException e) {
          return e.getMessage();
        }
      }
      return "never refused";
    }

    private static void lift(String limit) throws IOException, InterruptedException {
      String more =
          switch (limit) {
            case "nofile" -> "2000:";
            case "memlock" -> "1000000:";
            default -> "unlimited:";
          };
      int exit =
          new ProcessBuilder(
                  "prlimit", "--pid", "" + ProcessHandle.current().pid(), "--" + limit + "=" + more)
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IOException("prlimit " + exit);
      }
    }
  }

  /** More than there is, without a swap file as large: see proc(5) on overcommit_memory. */
  @Test
  void overcommitIsNamed() throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator has an address space of its own");
    try (MappedRegion region = Mmap.anonymous(1L << 45).map()) {
      abort("this machine promises everything: " + region);
    } catch (MmapException e) {
      assertEquals("ENOMEM", e.errorName());
      assertTrue(e.getMessage().contains("vm.overcommit_memory (which is "), e.getMessage());
    }
    Mmap.anonymous(1 << 20).map().close();
  }
}
