// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.AtomicRegion;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A program that cuts the power again and again: while a writer goes on, the image of its disk is
 * cloned in one step, and the clone is mounted, which replays its journal. What was durable before
 * the clone has to be in it.
 *
 * <p>The disk is an image on a file system that can clone files (XFS), and holds another file
 * system. A clone waits for the write that is under way and shuts out the next ones: it is the disk
 * as it was at one moment. What the writer's kernel still had in memory is not in it.
 */
final class PowerLoss {
  private static final long DISK = 400L << 20;
  private static final int MOST_LINES = 40;

  /** The way of a {@link CommitWriter}. */
  static final String COMMITS = "commit";

  /** The same with a backend that does not sync, for tests that must notice. */
  static final String UNSYNCED = "commit without sync";

  private final Path directory;
  private final String fileSystem;
  private final Random random;
  private final String mode;
  private int cuts;
  private int losses;
  private long records;

  private PowerLoss(Path directory, String fileSystem, long seed, String mode) {
    this.directory = directory;
    this.fileSystem = fileSystem;
    this.random = new Random(seed);
    this.mode = mode;
  }

  /**
   * Arguments: where files can be cloned, the file system, the cuts, a seed, and how to sync; or
   * {@link #COMMITS} or {@link #UNSYNCED}.
   */
  public static void main(String[] args) throws Exception {
    PowerLoss program = new PowerLoss(Path.of(args[0]), args[1], Long.parseLong(args[3]), args[4]);
    program.mountDisk();
    int cuts = Integer.parseInt(args[2]);
    while (program.cuts < cuts) {
      program.write(cuts);
    }
    run("umount", program.live().toString());
    System.out.printf(
        "%d cuts of %s, %d records durable before them, %d cuts lost some%n",
        program.cuts, args[1], program.records, program.losses);
  }

  private Path live() {
    return directory.resolve("live");
  }

  private Path image() {
    return directory.resolve("image");
  }

  private void mountDisk() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(image().toFile(), "rw")) {
      file.setLength(DISK);
    }
    run("mkfs." + fileSystem, "-q", image().toString());
    Files.createDirectory(live());
    Files.createDirectory(directory.resolve("replayed"));
    run("mount", "-o", "loop", image().toString(), live().toString());
  }

  /** One writer, until its file is full or there were cuts enough. */
  private void write(int enough) throws Exception {
    Path file = Files.createTempFile(live(), "records", null);
    long seed = random.nextLong();
    if (isOfCommits()) {
      Bytes.sparse(file, new Commits(seed, Mmap.pageSize()).size());
    }
    run("sync", "-f", live().toString()); // the name of the file is not what is tested
    Process writer = writer(file, seed);
    try (BufferedReader output = writer.inputReader()) {
      long durable = 0;
      while (cuts < enough) {
        long more = durable(output, 1 + random.nextInt(MOST_LINES));
        if (more < 0) {
          break;
        }
        durable = more;
        cut(file.getFileName(), seed, durable);
      }
    } finally {
      writer.destroyForcibly().waitFor();
      Files.delete(file);
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-journal"));
    }
  }

  private Process writer(Path file, long seed) throws IOException {
    if (!isOfCommits()) {
      return new ChildJvm().start(RecordWriter.class, file.toString(), String.valueOf(seed), mode);
    }
    ChildJvm jvm = new ChildJvm();
    if (mode.equals(UNSYNCED)) {
      LessProvider.use(jvm, "sync");
    }
    return jvm.start(CommitWriter.class, file.toString(), String.valueOf(seed), COMMITS);
  }

  private boolean isOfCommits() {
    return mode.startsWith(COMMITS);
  }

  /** The last number after so many lines, and whatever else is there; -1 at the end. */
  private static long durable(BufferedReader output, int lines) throws IOException {
    long last = -1;
    for (int i = 0; i < lines || output.ready(); i++) {
      String line = output.readLine();
      if (line == null || line.equals("full")) {
        return -1;
      }
      if (!line.matches("[0-9]+|opening")) {
        throw new IOException("the writer said " + line);
      }
      last = line.equals("opening") ? 0 : Long.parseLong(line);
    }
    return last;
  }

  private void cut(Path name, long seed, long durable) throws Exception {
    Path clone = directory.resolve("clone");
    Path replayed = directory.resolve("replayed");
    run("cp", "--reflink=always", image().toString(), clone.toString());
    // Both disks have the same identity.
    String options = fileSystem.equals("xfs") ? "loop,nouuid" : "loop";
    run("mount", "-o", options, clone.toString(), replayed.toString());
    long whole =
        isOfCommits()
            ? commits(replayed.resolve(name), seed)
            : records(replayed.resolve(name), seed);
    if (whole < durable) {
      losses++;
      System.out.println("lost: " + durable + " were durable, " + whole + " are there: " + seed);
    }
    run("umount", replayed.toString());
    Files.delete(clone);
    cuts++;
    records += durable;
  }

  private static long records(Path file, long seed) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      return region.size() == 0 ? 0 : Records.whole(region.buffer(), seed);
    }
  }

  /** How many commits a file has once it was opened, -1 if it is torn or cannot be opened. */
  private static long commits(Path file, long seed) {
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(CommitWriter.JOURNAL).open()) {
      return new Commits(seed, Mmap.pageSize()).whole(atomic.region().buffer());
    } catch (IOException e) {
      System.out.println(e);
      return -1;
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(words + ": " + output);
    }
  }
}
