// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.Mmap;
import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.SafeText;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.scan.Entry;
import io.mmapio.tool.scan.FileScanner;
import io.mmapio.tool.scan.Runs;
import io.mmapio.tool.snapshot.FileRecord;
import io.mmapio.tool.snapshot.Snapshot;
import io.mmapio.tool.work.Loader;
import io.mmapio.tool.work.Pool;
import io.mmapio.tool.work.Progress;
import io.mmapio.tool.work.RateLimiter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings back what a snapshot remembers. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the pages of a snapshot back into memory, and no others.",
      "",
      "Directories with the highest share in memory come first. A file whose size or modification"
          + " time is not as it was is skipped and named, unless --changed says otherwise."
    })
final class RestoreCommand extends Stoppable implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      converter = RawArguments.ToPath.class,
      description = "A file that 'mmap save' wrote.")
  @SuppressWarnings("NullAway.Init")
  private Path snapshot;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--base",
      paramLabel = "DIR",
      converter = RawArguments.ToPath.class,
      description = "What relative paths are relative to. [the current directory]")
  private Path base = Path.of("");

  @Option(
      names = "--changed",
      description = "Restore files that were changed too: the same pages, as far as they exist.")
  private boolean changed;

  private Abilities abilities = new Abilities(true, true, 1);
  private final AtomicLong wanted = new AtomicLong();
  private final AtomicLong present = new AtomicLong();
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();

  @Override
  public Integer call() throws IOException {
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    Complaints complaints = Screen.complaints(terminal);
    abilities = Abilities.detect();
    long start = System.nanoTime();
    try (Snapshot saved = Snapshot.open(snapshot)) {
      if (saved.pageSize() != Mmap.pageSize()) {
        throw new IOException(
            "the snapshot has pages of "
                + saved.pageSize()
                + " bytes, this machine has "
                + Mmap.pageSize());
      }
      long total = saved.resident() * saved.pageSize();
      try (Progress progress =
          new Progress(Screen.err(terminal), terminal.utf8(), total, options.quiet)) {
        restore(saved, progress, complaints, terminal);
      }
    }
    try (PrintStream out = terminal.out()) {
      finish(out, System.nanoTime() - start, complaints);
    }
    return complaints.exitCode();
  }

  private void restore(Snapshot saved, Progress progress, Complaints complaints, Terminal terminal)
      throws IOException {
    List<Snapshot.Block> hottestFirst = new ArrayList<>(saved.blocks());
    hottestFirst.sort(
        Comparator.comparingDouble(Snapshot.Block::share)
            .thenComparingLong(Snapshot.Block::resident)
            .reversed());
    RateLimiter limiter = new RateLimiter(options.limitRate, stop::requested);
    Loader loader = new Loader(limiter, true, stop::requested, progress::add);
    try (Pool pool = new Pool(options.threads())) {
      for (Snapshot.Block block : hottestFirst) {
        for (FileRecord file : saved.read(block)) {
          if (!stop.requested()) {
            pool.submit(() -> restore(file, loader, complaints, terminal));
          }
        }
      }
    }
  }

  private void restore(FileRecord file, Loader loader, Complaints complaints, Terminal terminal) {
    Path path = base.resolve(file.path());
    try {
      wanted.addAndGet(file.resident());
      Runs runs = file.runs();
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      String difference = difference(file, now);
      if (runs == null || (!changed && !difference.isEmpty())) {
        skipped.incrementAndGet();
        complaints.failed("skipped " + SafeText.of(path, terminal.utf8()) + ": " + difference);
        return;
      }
      loader.restore(path, runs);
      files.incrementAndGet();
      long size = now.isRegularFile() ? Files.size(path) : file.size();
      present.addAndGet(abilities.residency() ? present(path, size, runs) : file.resident());
    } catch (java.nio.file.NoSuchFileException e) {
      skipped.incrementAndGet();
      complaints.failed("skipped " + SafeText.of(path, terminal.utf8()) + ": it is gone");
    } catch (IOException e) {
      complaints.failed(path, e);
    }
  }

  private static long present(Path path, long size, Runs runs) throws IOException {
    Runs loaded = new FileScanner(true).scan(new Entry(path, size, 0)).runs();
    return loaded == null ? 0 : loaded.common(runs);
  }

  private static String difference(FileRecord file, BasicFileAttributes now) {
    if (file.size() != now.size() && now.isRegularFile()) {
      return "its size was " + file.size() + " and is " + now.size();
    }
    return file.modified() == now.lastModifiedTime().to(TimeUnit.NANOSECONDS)
        ? ""
        : "it was modified at " + now.lastModifiedTime();
  }

  private void finish(PrintStream out, long nanos, Complaints complaints) {
    long all = wanted.get();
    out.println(
        (stop.requested() ? "stopped: " : abilities.residency() ? "restored " : "read ")
            + Units.count(present.get())
            + " of "
            + Units.of(all, "page", "pages")
            + " ("
            + Units.percent(all == 0 ? 1 : (double) present.get() / all)
            + ") in "
            + Units.of(files.get(), "file", "files")
            + ", "
            + Units.bytes(present.get() * Mmap.pageSize())
            + ", "
            + Units.time(nanos / 1_000_000_000));
    notes(out);
    if (stop.requested()) {
      complaints.failed("stopped before all was restored");
    }
  }

  private void notes(PrintStream out) {
    if (!abilities.residency()) {
      out.println("not verified: " + abilities.notes().get(0));
    }
    if (skipped.get() > 0) {
      out.println("skipped " + Units.of(skipped.get(), "file", "files") + ", named above");
    }
  }
}
