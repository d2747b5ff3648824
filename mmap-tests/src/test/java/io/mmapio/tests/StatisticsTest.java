// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapStatistics;
import io.mmapio.OpenRegion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeing what is mapped. */
final class StatisticsTest {
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  private List<OpenRegion> of(Path file) {
    return Mmap.statistics().openRegions().stream()
        .filter(region -> region.file().equals(file.toString()))
        .toList();
  }

  @Test
  void openRegionsAreListedUntilTheyAreClosed() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    try (MappedRegion whole = Mmap.map(file);
        MappedRegion part = Mmap.file(file).access(Access.READ_WRITE).range(10, 20).map()) {
      List<OpenRegion> open = of(file);
      assertEquals(2, open.size());
      assertEquals(SIZE, open.get(0).size());
      assertEquals(Access.READ_ONLY, open.get(0).access());
      assertEquals(10, open.get(1).offset());
      assertEquals(20, open.get(1).size());
      assertTrue(open.get(1).creationSite().isEmpty());
      MmapStatistics statistics = Mmap.statistics();
      assertEquals(SIZE + 20, statistics.bytesByFile().get(file.toString()));
      assertTrue(statistics.bytes() >= SIZE + 20);
      assertTrue(whole.isOpen() && part.isOpen()); // up to here neither could be collected
    }
    assertEquals(0, of(file).size());
  }

  @Test
  void tombstonesAreCountedUntilTheViewIsCollected() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    long before = Mmap.statistics().tombstones();
    MappedRegion region = Mmap.map(file);
    ByteBuffer view = region.buffer();
    region.close();
    MmapStatistics during = Mmap.statistics();
    assertTrue(during.tombstones() >= 1, during::toString);
    assertTrue(during.tombstoneBytes() >= SIZE, during::toString);
    assertEquals(0, view.get(0));
    view = null;
    assertTrue(Footprint.collectUntil(() -> Mmap.statistics().tombstones() <= before));
  }

  @Test
  void limitIsLinuxOwn() {
    MmapStatistics statistics = Mmap.statistics();
    boolean linux = System.getProperty("os.name").equals("Linux");
    assertEquals(linux, statistics.mappings().isPresent());
    assertEquals(linux, statistics.mappingLimit().isPresent());
    if (linux) {
      assertTrue(statistics.mappings().getAsLong() > 10, statistics::toString);
      assertTrue(
          statistics.mappingLimit().getAsLong() > statistics.mappings().getAsLong(),
          statistics::toString);
    }
  }

  @Test
  void beanOfJmx() throws Exception {
    MmapStatistics.register();
    MmapStatistics.register();
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("io.mmapio:type=Mmap");
    int before = (int) server.getAttribute(name, "OpenRegions");
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      assertEquals(before + 1, server.getAttribute(name, "OpenRegions"));
      assertTrue((long) server.getAttribute(name, "MappedBytes") >= region.size());
      assertTrue(server.getAttribute(name, "BytesByFile").toString().contains("anonymous memory"));
      assertTrue((long) server.getAttribute(name, "MappingLimit") != 0);
    }
  }

  @Test
  @Tag("child-jvm")
  void whatNobodyClosesIsReportedOnRequest() throws Exception {
    ChildJvm.Outcome silent = new ChildJvm().run(Leaking.class);
    assertEquals(0, silent.exitCode(), silent.output());
    assertFalse(silent.output().contains("without having been closed"), silent.output());
    ChildJvm.Outcome traced = new ChildJvm().option("-Dio.mmapio.trace=true").run(Leaking.class);
    assertEquals(0, traced.exitCode(), traced.output());
    assertTrue(traced.output().contains("without having been closed"), traced.output());
    assertTrue(traced.output().contains("Leaking.leak"), traced.output());
    assertTrue(traced.output().contains("listed: true"), traced.output());
    assertFalse(traced.output().contains("Leaking.tidy"), traced.output());
  }

  /** Loses a region and closes another. */
  static final class Leaking {
    private Leaking() {}

    public static void main(String[] args) throws IOException {
      tidy();
      boolean gone = true;
      // When the second one is gone the report of the first one is out.
      for (int i = 0; i < 2; i++) {
        leak();
        gone &= Footprint.collectUntil(() -> Mmap.statistics().openRegions().isEmpty());
      }
      System.exit(gone ? 0 : 1);
    }

    private static void tidy() throws IOException {
      Mmap.anonymous(SIZE).map().close();
    }

    private static void leak() throws IOException {
      MappedRegion lost = Mmap.anonymous(SIZE).map();
      System.out.println(
          "listed: "
              + Mmap.statistics().openRegions().stream()
                  .anyMatch(region -> region.creationSite().isPresent()));
      System.out.println("open: " + lost.isOpen());
    }
  }

  @Test
  @Tag("child-jvm")
  void runsWithoutTheModulesThatItOnlyMentions() throws Exception {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    boolean ffm = Mmap.backend().name().equals("ffm");
    String modules = ffm ? "java.base,jdk.unsupported" : "java.base";
    ChildJvm.Outcome outcome =
        new ChildJvm().option("--limit-modules", modules).run(Small.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("no JMX, 1 open"), outcome.output());
  }

  /** Uses the library in a JVM that has java.base alone. */
  static final class Small {
    private Small() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        region.sync();
        try {
          MmapStatistics.register();
        } catch (UnsupportedOperationException e) {
          System.out.println("no JMX, " + Mmap.statistics().openRegions().size() + " open");
        }
      }
    }
  }
}
