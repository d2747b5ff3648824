// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A region under guard: its lost pages end nothing, and nothing goes on in silence. */
final class GuardTest {
  @BeforeEach
  void emulatorTellsWhereFaultsAre() {
    assumeTrue(Machine.tellsAddressesOfFaults(), "the emulator tells wrong addresses of faults");
  }

  private static final int MEBI = 1 << 20;

  @TempDir Path directory;

  private static void assumeGuard() {
    assumeTrue(Feature.GUARD.isSupported(), "no guard here");
  }

  private static void assumeLosable() {
    assumeGuard();
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
  }

  /** Interpreted; the long form is {@link FaultMatrixTest}. */
  @ParameterizedTest
  @EnumSource(
      value = Loss.class,
      mode = Mode.EXCLUDE,
      names = {"COLLECTED", "CLOSED_AND_COLLECTED"}) // LeakedViewTest's
  @Tag("child-jvm")
  void everyKindOfAccessGoesOn(Loss loss) throws Exception {
    assumeLosable();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path image = directory.resolve("image");
    List<String> kinds =
        new ChildJvm().run(LostPages.class, LostPages.list()).output().lines().toList();
    String[] arguments = new String[5 + kinds.size()];
    arguments[0] = loss.name();
    arguments[1] = disk.resolve("file").toString();
    arguments[2] = image.toString();
    arguments[3] = "true";
    arguments[4] = "2";
    System.arraycopy(kinds.toArray(), 0, arguments, 5, kinds.size());
    ChildJvm.Outcome outcome =
        loss.in(new ChildJvm(), disk, image).option("-Xint").run(LostPages.class, arguments);
    assertEquals(0, outcome.exitCode(), outcome.output());
    String seen = LostPages.RETURNED + (loss.fate == null ? LostPages.DAMAGED : "");
    for (String kind : kinds) {
      boolean byKernel = outcome.output().contains("\n" + kind + ": IOException");
      boolean goesOn = outcome.output().contains(kind + ": " + seen + "\n");
      assertTrue(goesOn || (byKernel && kind.startsWith("FileChannel.")), kind + outcome.output());
    }
  }

  @Test
  @Tag("child-jvm")
  void everyCallOfADamagedRegionSaysSo() throws Exception {
    assumeLosable();
    check(new ChildJvm());
  }

  @Test
  @Tag("child-jvm")
  void itLivesWithChecksOfJni() throws Exception {
    assumeLosable();
    check(new ChildJvm().option("-Xcheck:jni"));
  }

  /** Then the JVM's handler comes first, and makes its errors; what it cannot, the guard does. */
  @Test
  @Tag("child-jvm")
  void itLivesWithTheJvmsSignalChaining() throws Exception {
    assumeLosable();
    Machine.assumeNotEmulated("an emulator loads another library of that name");
    Path library = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
    assumeTrue(Files.exists(library), "this JDK has no libjsig");
    String file = directory.resolve("file").toString();
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("env", "LD_PRELOAD=" + library)
            .run(LostPages.class, "TRUNCATED", file, "none", "true", "0", "get", "CRC32");
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("get: InternalError\n"), outcome.output());
    assertTrue(outcome.output().contains("CRC32: returned, damaged\n"), outcome.output());
  }

  private void check(ChildJvm child) throws Exception {
    Path file = Bytes.patterned(directory.resolve("file"), MEBI);
    ChildJvm.Outcome outcome = child.run(Damaged.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().strip().endsWith("done"), outcome.output());
    assertEquals(2, outcome.output().split("is not available and reads as zeros", -1).length);
  }

  @Test
  @Tag("child-jvm")
  void useAfterClosingIsLoggedOnceWithTheCreationSite() throws Exception {
    assumeGuard();
    Path file = Bytes.patterned(directory.resolve("file"), MEBI);
    ChildJvm.Outcome plain = new ChildJvm().run(UseAfterClosing.class, file.toString());
    assertEquals(0, plain.exitCode(), plain.output());
    assertTrue(plain.output().contains("was used after its region was closed"), plain.output());
    assertTrue(plain.output().contains(file.toString()), plain.output());
    assertFalse(plain.output().contains("UseAfterClosing.leak"), plain.output());
    ChildJvm.Outcome traced =
        new ChildJvm().option("-Dio.mmapio.trace=true").run(UseAfterClosing.class, file.toString());
    assertEquals(0, traced.exitCode(), traced.output());
    assertEquals(2, traced.output().split("was used after", -1).length, traced.output());
    assertTrue(traced.output().contains("UseAfterClosing.leak"), traced.output());
    assertTrue(traced.output().contains("contents 42"), traced.output());
  }

  /** Closes a region and uses its view. */
  static final class UseAfterClosing {
    private UseAfterClosing() {}

    public static void main(String[] args) throws Exception {
      Path file = Path.of(args[0]);
      ByteBuffer view = leak(file);
      for (int at = 0; at < view.capacity(); at += 1000) {
        view.put(at, (byte) (view.get(at) + 1));
      }
      System.out.println("contents " + (Bytes.at(file, 1000) == Bytes.patternAt(1000) ? 42 : 0));
      // The log comes from a thread of its own; when the view is gone it has come.
      view = null;
      boolean gone = Footprint.collectUntil(() -> Mmap.statistics().tombstones() == 0);
      System.exit(gone ? 0 : 1);
    }

    private static ByteBuffer leak(Path file) throws IOException {
      try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).guarded().map()) {
        return region.buffer();
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void thereIsAGuardForAsManyRegionsAsComeAndGo() throws Exception {
    assumeGuard();
    Path file = Bytes.patterned(directory.resolve("file"), 10);
    int rounds = Machine.isEmulated() ? 2_000 : 100_000;
    ChildJvm.Outcome outcome =
        new ChildJvm().defaultHeap().run(ComingAndGoing.class, file.toString(), "" + rounds);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("rounds " + rounds), outcome.output());
  }

  /** Maps under guard, takes a view and closes, more often than there are guards. */
  static final class ComingAndGoing {
    private ComingAndGoing() {}

    public static void main(String[] args) throws IOException {
      int rounds = Integer.parseInt(args[1]);
      long sum = 0;
      for (int i = 0; i < rounds; i++) {
        try (MappedRegion region = Mmap.file(Path.of(args[0])).guarded().map()) {
          sum += region.buffer().get(3) == Bytes.patternAt(3) ? 1 : 0;
        }
      }
      System.out.println("rounds " + sum);
    }
  }

  /** What else a region can be: guarding it changes nothing of that. */
  @Test
  void guardedRegionsDoWhatOthersDo() throws IOException {
    assumeGuard();
    Path file = Bytes.patterned(directory.resolve("file"), 100);
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).guarded().capacity(MEBI).map()) {
      ByteBuffer first = region.buffer();
      region.grow(MEBI);
      region.buffer().put(MEBI - 1, (byte) 5);
      first.put(0, (byte) 6);
      region.sync();
      assertEquals(6, region.buffer().get(0));
      region.protect(Access.READ_WRITE);
    }
    assertEquals(5, Bytes.at(file, MEBI - 1));
    try (MappedRegion region = Mmap.anonymous(MEBI).guarded().map()) {
      region.buffer().putLong(0, 7);
      assertEquals(7, region.buffer().getLong(0));
    }
    try (MappedRegion region =
        Mmap.anonymous(Mmap.allocationGranularity()).mirrored().guarded().map()) {
      region.buffer().put(0, (byte) 8);
      assertEquals(8, region.buffer().get((int) Mmap.allocationGranularity()));
    }
    try (MappedRegion region = Mmap.file(file).range(0, 0).guarded().map()) {
      assertEquals(0, region.buffer().capacity());
    }
  }

  @Test
  void platformsWithoutItSaySo() throws IOException {
    assumeTrue(!Feature.GUARD.isSupported(), "this one has it");
    assertThrows(UnsupportedOperationException.class, () -> Mmap.anonymous(1).guarded().map());
  }
}
