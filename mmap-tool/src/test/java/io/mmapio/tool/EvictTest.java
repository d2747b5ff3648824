// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why pages stay: KeepTest has a locked file, and one that lives in memory. */
@NullUnmarked // JUnit fills in what tests start with
final class EvictTest {
  /** A page may be clean at the moment of the look. */
  private static final int TRIES = 100;

  @TempDir Path directory;
  private volatile boolean ended;

  @BeforeEach
  void onLinux() throws IOException {
    Samples.assumeEvicts(directory);
  }

  private static String self() {
    return " (" + ProcessHandle.current().pid() + ")";
  }

  /**
   * A file with these pages in memory, each on its own: the kernel drops larger units whole. A
   * process that touches one maps others that are in memory with it, up to fifteen pages away:
   * which ones depends on the address of the mapping.
   */
  private Path file(long... pages) throws IOException {
    Path file = Samples.file(directory.resolve("file"), 40);
    Samples.evict(file);
    Samples.touch(file, pages);
    return file;
  }

  @Test
  void pagesThatAProcessHasMapped() throws IOException, InterruptedException {
    Path file = file(10, 11, 12, 28, 29, 39);
    try (MappedRegion region = Mmap.map(file)) {
      region.pages(10 * Samples.PAGE, 3 * Samples.PAGE).populate(Prefault.READ);
      Tool.Outcome outcome = new Tool().run("evict", file);
      assertEquals(1, outcome.exitCode(), outcome.all());
      String why = outcome.err();
      assertTrue(why.startsWith("mmap: " + file + ": 3 pages stay: mapped by java"), why);
      assertTrue(why.endsWith(self() + "\n"), why);
      assertTrue(outcome.out().startsWith("evicted 12.0K of 1 file; 12.0K stay"), outcome.out());
    }
    Tool.Outcome outcome = new Tool().run("evict", file);
    assertEquals(0, outcome.exitCode(), outcome.all());
    assertEquals(0, Samples.resident(file));
  }

  @Test
  void pagesThatAreLocked() throws IOException, InterruptedException {
    Path file = file(0, 1, 2, 20, 29);
    try (MappedRegion region = Mmap.map(file)) {
      region.pages(0, 3 * Samples.PAGE).lock();
      String why = new Tool().run("evict", file).err();
      assertTrue(why.startsWith("mmap: " + file + ": 3 pages stay: locked by java"), why);
    }
  }

  @Test
  void pagesThatAreWrittenAllTheTime() throws IOException, InterruptedException {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "this kernel has no cachestat");
    Path file = Samples.file(directory.resolve("file"), 4);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer bytes = region.buffer();
      Thread writer = new Thread(() -> write(bytes), "writer");
      writer.start();
      String said = "";
      for (int i = 0; i < TRIES && !said.contains("dirty"); i++) {
        Tool.Outcome outcome = new Tool().run("evict", file);
        assertEquals(1, outcome.exitCode(), outcome.all());
        said = outcome.err();
      }
      ended = true;
      writer.join();
      assertTrue(said.endsWith("stay: dirty: written to all the time\n"), said);
    }
  }

  private void write(ByteBuffer bytes) {
    for (int i = 0; !ended; i++) {
      bytes.put((int) (i % 4 * Samples.PAGE), (byte) i);
    }
  }

  @Test
  void anotherFileSystemIsLeftAloneIfWanted() throws IOException, InterruptedException {
    Path mountPoint = Samples.file(directory.resolve("d/other/file"), 5).getParent();
    Samples.file(directory.resolve("d/file"), 3);
    String[] mounted = {
      "unshare",
      "-rm",
      "sh",
      "-c",
      "mount -t tmpfs none \"$0\" && printf x > \"$0/in-tmpfs\" && exec \"$@\"",
      mountPoint.toString()
    };
    Path all = directory.resolve("d");
    Tool.Outcome both = new Tool().under(mounted).run("look", "--csv", all);
    assumeTrue(both.out().contains("in-tmpfs"), "no file system can be mounted: " + both.err());
    assertEquals(0, both.exitCode(), both.all());
    for (String option : new String[] {"-x", "--one-file-system"}) {
      Tool.Outcome one = new Tool().under(mounted).run("look", "--csv", option, all);
      assertEquals(0, one.exitCode(), one.all());
      assertEquals(2, one.out().lines().count(), one.out());
      assertTrue(one.out().contains("/d/file\","), one.out());
    }
    Tool.Outcome root = new Tool().under(mounted).run("look", "--csv", "-x", all, mountPoint);
    assertTrue(root.out().contains("in-tmpfs"), root.all());
  }
}
