// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Scans;
import io.mmapio.tool.scan.Strip;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Gathers rows: directories to a depth, with all that is below them, and the first so many only.
 */
public final class Rows implements Scans.Visitor {
  /** So many rows are kept at most. */
  public static final int MOST = 50_000;

  private static final class Open {
    private final Path path;
    private final Strip strip = new Strip(0);
    private Counts sum = Counts.NONE;

    Open(Path path) {
      this.path = path;
    }

    void add(Counts counts, Strip more) {
      sum = sum.plus(counts);
      strip.append(more);
    }
  }

  private final int depth;
  private final int top;
  private final Comparator<Row> order;
  private final PriorityQueue<Row> kept;
  private final Consumer<Row> each;
  private final Deque<Open> open = new ArrayDeque<>();
  private Counts total = Counts.NONE;
  private long unseen;

  /**
   * Creates a collector.
   *
   * @param depth of directories and files that get a row: 0 for the roots alone
   * @param top how many rows to keep
   * @param order which are the first
   * @param each is told every row at once
   */
  public Rows(int depth, int top, Comparator<Row> order, Consumer<Row> each) {
    this.depth = depth;
    this.top = top;
    this.order = order;
    this.kept = new PriorityQueue<>(order.reversed());
    this.each = each;
  }

  @Override
  public void enter(Path directory) {
    open.push(new Open(directory));
  }

  @Override
  public void file(FileReport report) {
    total = total.plus(report.counts());
    Open parent = open.peek();
    if (parent != null) {
      parent.add(report.counts(), report.strip());
    }
    if (open.size() <= depth) {
      add(new Row(report.entry().path(), false, report.counts(), report.strip()));
    }
  }

  @Override
  public void leave(Path directory) {
    Open done = open.pop();
    Open parent = open.peek();
    if (parent != null) {
      parent.add(done.sum, done.strip);
    }
    boolean isShown = open.size() <= depth && !(open.isEmpty() && depth > 0);
    if (isShown) {
      add(new Row(done.path, true, done.sum, done.strip));
    }
  }

  private void add(Row row) {
    each.accept(row);
    if (top == 0) {
      return;
    }
    kept.add(row);
    if (kept.size() > top) {
      kept.poll();
      unseen++;
    }
  }

  /** Returns the rows that are kept, in order. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>(kept);
    rows.sort(order);
    return rows;
  }

  /** Returns how many rows were left out. */
  public long unseen() {
    return unseen;
  }

  /** Returns the sum over all files. */
  public Counts total() {
    return total;
  }
}
