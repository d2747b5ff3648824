// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in memory, and who may know. */
final class ResidencyTest {
  @TempDir Path directory;

  @Test
  void touchedPagesOfMemoryAreResidentAndTheOthersAbsent() throws IOException {
    long page = Mmap.pageSize();
    long pages = 70_000; // more than two steps of the scan
    try (MappedRegion region = Mmap.anonymous(pages * page).map()) {
      region.advise(io.mmapio.Advice.RANDOM);
      long[] touched = {0, 63, 64, 32_767, 32_768, 69_999};
      for (long each : touched) {
        region.buffer(each * page, 1).put(0, (byte) 1);
      }
      Residency residency = region.incore();
      assertEquals(pages, residency.pages());
      assertEquals(0, residency.unknown());
      for (long each : touched) {
        assertEquals(PageState.RESIDENT, residency.state(each), "page " + each);
      }
      assertEquals(pages, residency.resident() + residency.absent());
      assertTrue(residency.absent() > 0, residency.toString());
      assertEquals(residency.resident(), counted(residency, PageState.RESIDENT));
      assertEquals(PageState.RESIDENT, region.incore(64 * page + 5, 1).state(0));
      assertThrows(IndexOutOfBoundsException.class, () -> residency.state(pages));
      assertThrows(IndexOutOfBoundsException.class, () -> residency.state(-1));
    }
  }

  private static long counted(Residency residency, PageState state) {
    long count = 0;
    for (long page = 0; page < residency.pages(); page++) {
      count += residency.state(page) == state ? 1 : 0;
    }
    return count;
  }

  @Test
  void pagesOfAFileJustWrittenAreResident() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 1 << 20);
    try (MappedRegion region = Mmap.map(file)) {
      for (int at = 0; at < region.size(); at += (int) Mmap.pageSize()) {
        assertEquals(Bytes.patternAt(at), region.buffer().get(at));
      }
      assertEquals(region.incore().pages(), region.incore().resident());
    }
  }

  @Test
  void processThatMayNotWriteTheFileIsToldNothing() throws IOException, InterruptedException {
    Machine.assumeRealPages("another process has no such backend");
    String[] nobody = Machine.asNobody();
    String classPath = Machine.readableClassPath(directory);
    Path file = Bytes.sparse(directory.resolve("file"), 1 << 20);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    ChildJvm child = new ChildJvm().under(nobody).classPath(classPath);
    ChildJvm.Outcome hidden = child.run(Teller.class, file.toString());
    assertEquals(0, hidden.exitCode(), hidden.output());
    assertTrue(hidden.output().contains("resident=0, absent=0, unknown="), hidden.output());
    assertTrue(hidden.output().contains("first UNKNOWN"), hidden.output());

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    ChildJvm.Outcome shown = child.run(Teller.class, file.toString());
    assertTrue(shown.output().contains("unknown=0"), shown.output());
  }

  /** Prints what it is told of a file. */
  static final class Teller {
    private Teller() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]))) {
        Residency residency = region.incore();
        System.out.println(residency + " first " + residency.state(0));
      }
    }
  }

  @Test
  void regionOfATebibyteIsScannedInBoundedMemory() throws IOException, InterruptedException {
    Machine.assumeNotEmulated("an emulator has no room for it, or takes minutes");
    Path file = directory.resolve("file");
    ChildJvm.Outcome outcome = new ChildJvm().option("-Xmx16m").run(Scanner.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("all held"), outcome.output());
  }

  /** Scans a sparse file of 1 TiB in a heap of 16 MiB: a byte for each page would be 256 MiB. */
  static final class Scanner {
    private Scanner() {}

    public static void main(String[] args) throws IOException {
      long size = 1L << 40;
      Path file = Bytes.sparse(Path.of(args[0]), size);
      try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
        region.buffer(size - 1, 1).put(0, (byte) 1);
        Residency residency = region.incore();
        long last = size / Mmap.pageSize() - 1;
        boolean held =
            residency.pages() == last + 1
                && residency.state(last) == PageState.RESIDENT
                && residency.state(0) == PageState.ABSENT
                && residency.resident() + residency.absent() == residency.pages();
        System.out.println(residency + (held ? " all held" : ""));
      } finally {
        Files.delete(file);
      }
    }
  }

  @Test
  void runsAndBitsSayTheSameAsStates() throws IOException {
    long page = Mmap.pageSize();
    int pages = 40_000; // more than one chunk
    try (MappedRegion region = Mmap.anonymous(pages * page).map()) {
      for (int touched : new int[] {0, 1, 63, 64, 65, 500, 501, 32_767, 32_768, pages - 1}) {
        region.buffer(touched * page, 1).put((byte) 1);
      }
      Residency residency = region.incore();
      List<Residency.Run> runs = residency.runs();
      BitSet bits = residency.toBitSet();
      long next = 0;
      PageState before = PageState.UNKNOWN;
      for (Residency.Run run : runs) {
        assertEquals(next, run.first());
        assertNotEquals(before, run.state());
        for (long i = run.first(); i < run.first() + run.pages(); i++) {
          assertEquals(run.state(), residency.state(i));
          assertEquals(run.state() == PageState.RESIDENT, bits.get((int) i));
        }
        next += run.pages();
        before = run.state();
      }
      assertEquals(pages, next);
      assertEquals(residency.resident(), bits.cardinality());
      assertTrue(runs.size() >= 3, runs::toString);
    }
  }

  @Test
  void hugeRangeIsAFewRuns() throws IOException {
    Machine.assumeNotEmulated("an emulator takes minutes");
    long size = 1L << 36;
    Path sparse = Bytes.sparse(directory.resolve("sparse"), size);
    try (MappedRegion region = Mmap.map(sparse)) {
      Residency residency = region.incore();
      assertEquals(
          List.of(new Residency.Run(PageState.ABSENT, 0, size / Mmap.pageSize())),
          residency.runs());
      assertTrue(residency.toBitSet().isEmpty());
    }
  }
}
