// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How far the work has come: a bar on a terminal, a line now and then elsewhere. */
public final class Progress implements AutoCloseable {
  private static final int BAR = 24;
  private static final long EACH_MILLIS = 200;
  private static final long EACH_LINE_MILLIS = 10_000;

  private final PrintStream err;
  private final boolean utf8;
  private final boolean interactive = Terminal.isTerminal(2);
  private final long total;
  private final long start = System.nanoTime();
  private final LongAdder done = new LongAdder();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final @Nullable Thread painter;

  /** Begins to show. */
  public Progress(PrintStream err, boolean utf8, long total, boolean quiet) {
    this.err = err;
    this.utf8 = utf8;
    this.total = total;
    this.painter = quiet ? null : new Thread(this::paint, "mmap-progress");
    if (painter != null) {
      painter.setDaemon(true);
      painter.start();
    }
  }

  /** So many more bytes are done. */
  public void add(long bytes) {
    done.add(bytes);
  }

  /** Returns how many bytes are done. */
  public long done() {
    return done.sum();
  }

  private void paint() {
    try {
      while (!closed.get()) {
        TimeUnit.MILLISECONDS.sleep(interactive ? EACH_MILLIS : EACH_LINE_MILLIS);
        show();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized void show() {
    if (closed.get()) {
      return;
    }
    if (interactive) {
      err.print("\r\033[K" + line());
      err.flush();
    } else {
      err.println(line());
    }
  }

  private String line() {
    long now = Math.min(done.sum(), total);
    double seconds = (System.nanoTime() - start) / 1e9;
    double rate = now / Math.max(seconds, 1e-3);
    double share = total == 0 ? 1 : (double) now / total;
    String left = rate < 1 ? "" : "  " + Units.time((long) ((total - now) / rate)) + " left";
    return bar(share)
        + String.format(java.util.Locale.ROOT, " %3.0f%%  ", 100 * share)
        + Units.bytes(now)
        + " of "
        + Units.bytes(total)
        + "  "
        + Units.bytes((long) rate)
        + "/s"
        + left;
  }

  private String bar(double share) {
    if (!interactive) {
      return "";
    }
    int full = (int) (share * BAR);
    return "["
        + (utf8 ? "\u2588" : "#").repeat(full)
        + (utf8 ? "\u2591" : ".").repeat(BAR - full)
        + "]";
  }

  /** Stops showing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true) || painter == null) {
      return;
    }
    painter.interrupt();
    synchronized (this) {
      if (interactive) {
        err.print("\r\033[K");
        err.flush();
      }
    }
  }
}
