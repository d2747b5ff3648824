// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.MappedRegion;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.scan.Changing;
import io.mmapio.tool.scan.Entry;
import io.mmapio.tool.scan.FirstProblem;
import io.mmapio.tool.scan.Problems;
import io.mmapio.tool.scan.Walk;
import io.mmapio.tool.work.Loader;
import io.mmapio.tool.work.Pool;
import io.mmapio.tool.work.Progress;
import io.mmapio.tool.work.RateLimiter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings files in. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Brings files into memory, and says how far it came if Ctrl-C stops it.")
final class LoadCommand extends Stoppable implements Callable<Integer> {
  /** Bytes that one thread reads before it takes another part. */
  private static final long PART = 1L << 30;

  @Mixin private final Selection.First selection = new Selection.First();
  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = {"-r", "--range"},
      paramLabel = "FROM..TO",
      converter = Amounts.ToRange.class,
      description = "Only this part of each file: 1G..2G, ..64M, 10G..")
  private Amounts.Range range = Amounts.Range.ALL;

  @Option(
      names = {"-l", "--lock"},
      description = "Hold the pages in memory until this command is stopped.")
  private boolean lock;

  private final List<MappedRegion> locked = Collections.synchronizedList(new ArrayList<>());

  @Override
  public Integer call() throws IOException, InterruptedException {
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    Complaints complaints = Screen.complaints(terminal);
    long total = total();
    long start = System.nanoTime();
    long done;
    try (Progress progress =
        new Progress(Screen.err(terminal), terminal.utf8(), total, options.quiet)) {
      RateLimiter limiter = new RateLimiter(options.limitRate, stop::requested);
      Loader loader =
          new Loader(limiter, !range.equals(Amounts.Range.ALL), stop::requested, progress::add);
      try (Pool pool = new Pool(options.threads())) {
        new Walk(selection.options(), complaints, stop::requested)
            .run(entry -> parts(entry, loader, pool, complaints));
      }
      done = progress.done();
    }
    try (PrintStream out = terminal.out()) {
      finish(out, done, total, System.nanoTime() - start, complaints);
    }
    return complaints.exitCode();
  }

  /** Walks once before: a bar needs to know where the end is. */
  private long total() {
    long[] sum = new long[1];
    Complaints silent = new Complaints(new PrintStream(PrintStream.nullOutputStream()), false);
    new Walk(selection.options(), silent, stop::requested)
        .run(entry -> sum[0] += range.length(entry.size()));
    return sum[0];
  }

  private void parts(Entry entry, Loader loader, Pool pool, Complaints complaints) {
    Problems problems = new FirstProblem(complaints);
    long start = range.start(entry.size());
    long end = start + range.length(entry.size());
    for (long at = start; at < end && !stop.requested(); at += PART) {
      long offset = at;
      long length = Math.min(PART, end - at);
      pool.submit(() -> part(entry, offset, length, loader, problems));
    }
  }

  private void part(Entry entry, long offset, long length, Loader loader, Problems problems) {
    Changing.attempt(
        entry,
        problems,
        now -> {
          long there = Math.min(length, now.size() - offset);
          if (there <= 0) {
            return; // it became shorter meanwhile
          }
          if (lock) {
            locked.add(loader.lock(now.path(), offset, there));
          } else {
            loader.load(now.path(), offset, there);
          }
        });
  }

  private void finish(PrintStream out, long done, long total, long nanos, Complaints complaints) {
    boolean stopped = stop.requested();
    out.println(
        (stopped ? "stopped: " : "")
            + Units.bytes(done)
            + (done < total ? " of " + Units.bytes(total) : "")
            + " in memory, "
            + Units.time(nanos / 1_000_000_000)
            + ", "
            + Units.bytes((long) (done / Math.max(nanos / 1e9, 1e-3)))
            + "/s"
            + complaints.vanishedNote());
    if (lock && !stopped && !locked.isEmpty()) {
      out.println("locked; Ctrl-C lets go");
      out.flush();
      while (!stop.requested()) {
        LockSupport.parkNanos(100_000_000);
      }
    }
    locked.forEach(MappedRegion::close);
    if (stopped) {
      complaints.failed("stopped before all was in memory");
    }
  }
}
