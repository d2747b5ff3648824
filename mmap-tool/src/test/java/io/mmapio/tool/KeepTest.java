// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading, evicting, saving, restoring, comparing. */
@NullUnmarked // JUnit fills in what tests start with
final class KeepTest {
  @TempDir Path directory;

  @BeforeEach
  void onLinux() throws IOException {
    Samples.assumeEvicts(directory);
  }

  private static Tool.Outcome run(Object... arguments) throws IOException, InterruptedException {
    return new Tool().run(arguments);
  }

  private static void assertDone(Tool.Outcome outcome) {
    assertEquals(0, outcome.exitCode(), outcome.all());
  }

  @Test
  void loadBringsAllInAndEvictDropsIt() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 3000);
    assertDone(run("evict", file));
    assertEquals(0, Samples.resident(file));
    assertDone(run("load", "-j", "4", file));
    assertEquals(3000, Samples.resident(file));
  }

  @Test
  void loadOfARangeLeavesTheRest() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 4096);
    Samples.evict(file);
    assertDone(run("load", "--range", "4M..8M", file));
    long resident = Samples.resident(file);
    assertEquals(1024, resident);
  }

  @Test
  void loadKeepsToItsRate() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 1024);
    Samples.evict(file);
    long start = System.nanoTime();
    assertDone(run("load", "--limit-rate", "2M", file));
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(seconds >= 1.5, "4 MiB at 2 MiB a second took " + seconds);
  }

  @Test
  void stoppedItSaysHowFar() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 4096);
    Samples.evict(file);
    Process load = new Tool().start("load", "-q", "--limit-rate", "1M", file);
    while (Samples.resident(file) < 16) {
      Thread.onSpinWait();
    }
    Tool.other("kill", "-TERM", String.valueOf(load.pid()));
    Tool.Outcome outcome = Tool.outcome(load);
    assertEquals(143, outcome.exitCode(), outcome.all());
    assertTrue(outcome.out().startsWith("stopped: "), outcome.all());
  }

  @Test
  void lockedPagesStayUntilItIsStopped() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 20);
    Process lock = new Tool().start("load", "-q", "--lock", file);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(lock.getInputStream(), StandardCharsets.UTF_8));
    out.readLine();
    assertTrue(String.valueOf(out.readLine()).startsWith("locked"));
    Tool.Outcome evict = run("evict", file);
    assertEquals(1, evict.exitCode(), evict.all());
    assertEquals(20, Samples.resident(file));
    assertTrue(evict.err().contains("20 pages stay: locked by java (" + lock.pid()), evict.err());
    Tool.other("kill", "-TERM", String.valueOf(lock.pid()));
    assertEquals(143, Tool.outcome(lock).exitCode());
    assertDone(run("evict", file));
    assertEquals(0, Samples.resident(file));
  }

  @Test
  void evictSaysWhatLivesInMemory() throws IOException, InterruptedException {
    Path shared = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shared), "no /dev/shm");
    Path file = Files.createTempFile(shared, "mmap-tool", ".test");
    try {
      Files.write(file, new byte[(int) (5 * Samples.PAGE)]);
      Tool.Outcome outcome = run("evict", file);
      assertEquals(1, outcome.exitCode());
      assertTrue(outcome.err().contains("5 pages stay: lives in memory (tmpfs)"), outcome.err());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void restoreBringsBackTheSamePagesAndNoOthers() throws IOException, InterruptedException {
    Path one = Samples.file(directory.resolve("a/one"), 5000);
    Path two = Samples.file(directory.resolve("b/two"), 300);
    Samples.evict(one);
    Samples.evict(two);
    Samples.touch(one, 0, 7, 8, 9, 100, 1000, 2047, 2048, 4999);
    Path snapshot = directory.resolve("snapshot");
    assertDone(run("save", snapshot, directory.resolve("a"), directory.resolve("b")));
    var before = Samples.runs(one);
    assertDone(run("evict", directory.resolve("a")));
    assertEquals(0, Samples.resident(one));
    Tool.Outcome outcome = run("restore", snapshot);
    assertDone(outcome);
    assertTrue(outcome.out().startsWith("restored 9 of 9 pages (100%)"), outcome.out());
    assertEquals(before, Samples.runs(one));
    assertEquals(0, Samples.resident(two));
  }

  @Test
  void changedFilesAreSkippedAndNamed() throws IOException, InterruptedException {
    Path touched = Samples.file(directory.resolve("d/touched"), 10);
    Path longer = Samples.file(directory.resolve("d/longer"), 10);
    Path gone = Samples.file(directory.resolve("d/gone"), 10);
    Path same = Samples.file(directory.resolve("d/same"), 10);
    Path snapshot = directory.resolve("snapshot");
    assertDone(run("save", snapshot, directory.resolve("d")));
    Files.setLastModifiedTime(touched, FileTime.fromMillis(12345));
    Samples.file(longer, 11);
    Files.delete(gone);
    for (Path file : List.of(touched, longer, same)) {
      Samples.evict(file);
    }
    Tool.Outcome outcome = run("restore", snapshot);
    assertEquals(1, outcome.exitCode());
    assertEquals(10, Samples.resident(same), outcome.all());
    assertEquals(0, Samples.resident(touched) + Samples.resident(longer));
    assertTrue(outcome.err().contains("skipped " + touched + ": it was modified"), outcome.err());
    assertTrue(outcome.err().contains("skipped " + longer + ": its size was"), outcome.err());
    assertTrue(outcome.err().contains("skipped " + gone + ": it is gone"), outcome.err());
    assertTrue(outcome.out().contains("skipped 3 files"), outcome.out());
    run("restore", "--changed", snapshot);
    assertEquals(10, Samples.resident(touched));
  }

  @Test
  void relativeSnapshotsHaveABase() throws IOException, InterruptedException {
    Samples.file(directory.resolve("d/file"), 10);
    assertDone(new Tool().in(directory).run("save", "--relative", "snapshot", "d"));
    Path moved = Files.createDirectories(directory.resolve("elsewhere"));
    Files.move(directory.resolve("d"), moved.resolve("d"));
    Path file = moved.resolve("d/file");
    Samples.evict(file);
    assertDone(run("restore", "--base", moved, directory.resolve("snapshot")));
    assertEquals(10, Samples.resident(file));
  }

  @Test
  void diffTellsWhatCameAndWhatWent() throws IOException, InterruptedException {
    Path one = Samples.file(directory.resolve("d/one"), 100);
    Path two = Samples.file(directory.resolve("d/two"), 100);
    Samples.evict(one);
    Samples.evict(two);
    Samples.touch(one, 1, 2, 3);
    Path a = directory.resolve("a");
    assertDone(run("save", a, directory.resolve("d")));
    Samples.evict(one);
    Samples.touch(one, 3, 4);
    Samples.touch(two, 50);
    Path b = directory.resolve("b");
    assertDone(run("save", b, directory.resolve("d")));
    String json = run("diff", "--json", a, b).out();
    assertTrue(json.contains("\"exact\":true,\"came\":2,\"went\":2,\"stayed\":1"), json);
    Path look = directory.resolve("look.json");
    Files.writeString(look, run("look", "--json", "--runs", directory.resolve("d")).out());
    json = run("diff", "--json", a, look).out();
    assertTrue(json.contains("\"exact\":true,\"came\":2,\"went\":2,\"stayed\":1"), json);
    Files.writeString(look, run("look", "--json", directory.resolve("d")).out());
    assertTrue(run("diff", a, look).out().contains("numbers of pages were compared"));
  }

  @Test
  void aSnapshotThatIsDamagedIsRefused() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("d/file"), 10);
    Path snapshot = directory.resolve("snapshot");
    assertDone(run("save", snapshot, file));
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);
    Tool.Outcome outcome = run("restore", snapshot);
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().contains("the snapshot is damaged: "), outcome.err());
  }

  @Test
  void adviseInfoAndCompletionAnswer() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("file"), 10);
    assertTrue(run("advise", "SEQUENTIAL", file).out().startsWith("SEQUENTIAL APPLIED  40.0K -> "));
    String info = run("info").out();
    for (String expected : List.of("backend", "CACHE_STATE", "WILLNEED", "vm.max_map_count")) {
      assertTrue(info.contains(expected), info);
    }
    assertTrue(run("info", "--json").out().startsWith("{\"format\":\"mmap-info\",\"version\":1"));
    assertTrue(run("completion").out().contains("--limit-rate"));
    for (String command :
        "look watch load evict save restore diff advise info completion".split(" ", -1)) {
      Tool.Outcome help = run(command, "--help");
      assertDone(help);
      assertTrue(help.out().startsWith("Usage: mmap " + command), help.out());
    }
  }

  @Test
  void watchTellsWhoGainsAndLoses() throws IOException, InterruptedException {
    Path gains = Samples.file(directory.resolve("gains"), 1000);
    Path loses = Samples.file(directory.resolve("loses"), 10);
    Samples.evict(gains);
    Process watch = new Tool().start("watch", "-i", "0.5", directory);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8));
    assertTrue(String.valueOf(out.readLine()).contains("in all"));
    Samples.touch(gains, 1, 500, 999);
    Samples.evict(loses);
    StringBuilder seen = new StringBuilder();
    while (!(seen.toString().contains("gains") && seen.toString().contains("loses"))) {
      seen.append(out.readLine()).append('\n');
    }
    Tool.other("kill", "-TERM", String.valueOf(watch.pid()));
    assertEquals(143, Tool.outcome(watch).exitCode());
    assertTrue(seen.toString().matches("(?s).*\\+\\S+ +12.0K of 3.91M  \\S+gains.*"), "" + seen);
    assertTrue(seen.toString().matches("(?s).* -\\S+  0B of 40.0K  \\S+loses.*"), "" + seen);
  }

  @Test
  void pagesInMemoryAreComparedWithPages() throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      Files.writeString(directory.resolve("file" + i), "x");
    }
    String watch = run("watch", "-c", "1", directory).out();
    assertTrue(watch.endsWith(" 400K of 400K  in all\n"), watch);
    String advise = run("advise", "NORMAL", directory.resolve("file7")).out();
    assertTrue(advise.startsWith("NORMAL APPLIED  4.00K -> 4.00K of 4.00K  "), advise);
  }
}
