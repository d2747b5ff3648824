// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Names;
import io.mmapio.tool.scan.Runs;
import io.mmapio.tool.scan.Scans;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Directories and files for a page. It never has more nodes than a page can show: what is smaller
 * than a size that doubles when there are too many becomes one node in its directory, and runs that
 * there is no room for are left out, those of small files first.
 */
final class Tree implements Scans.Visitor {
  private static final int MOST_NODES = 40_000;
  private static final int MOST_RUN_BYTES = 12 << 20;

  enum Kind {
    FILE(0),
    DIRECTORY(1),
    REST(2);

    /** What stands for it in the page. */
    final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** A directory, a file, or what is left of a directory's files. */
  static final class Node {
    final String name;
    final Kind kind;
    final List<Node> children = new ArrayList<>(0);
    Counts counts = Counts.NONE;
    @Nullable Runs runs;

    Node(String name, Kind kind) {
      this.name = name;
      this.kind = kind;
    }
  }

  private final Node root = new Node("", Kind.DIRECTORY);
  private final Deque<Node> open = new ArrayDeque<>();
  private int nodes;
  private long runBytes;
  private long smallest = 1;
  private long merged;
  private long smallestWithRuns;

  Tree() {
    open.push(root);
  }

  @Override
  public void enter(Path directory) {
    Path shown = open.size() == 1 ? directory : Names.last(directory);
    Node node = new Node(SafeText.of(shown, true), Kind.DIRECTORY);
    parent().children.add(node);
    open.push(node);
    count();
  }

  private Node parent() {
    return open.element();
  }

  @Override
  public void file(FileReport report) {
    Node parent = parent();
    Path path = report.entry().path();
    String name = SafeText.of(open.size() == 1 ? path : Names.last(path), true);
    Node node = new Node(name, Kind.FILE);
    node.counts = report.counts();
    node.runs = report.size() < smallestWithRuns ? null : report.runs();
    parent.children.add(node);
    parent.counts = parent.counts.plus(report.counts());
    runBytes += bytes(node);
    count();
    if (runBytes > MOST_RUN_BYTES) {
      thin();
    }
  }

  private static long bytes(Node node) {
    Runs runs = node.runs;
    return runs == null ? 0 : runs.bytes().length;
  }

  @Override
  public void leave(Path directory) {
    Node done = open.pop();
    parent().counts = parent().counts.plus(done.counts);
  }

  private void count() {
    nodes++;
    if (nodes > MOST_NODES) {
      prune();
    }
  }

  /** Makes room for as many again. */
  private void prune() {
    while (nodes > MOST_NODES / 2 && smallest < Long.MAX_VALUE / 2) {
      smallest *= 2;
      nodes = 0;
      runBytes = 0;
      prune(root);
    }
  }

  /** Directories that are still open keep their place. */
  private void prune(Node node) {
    Node rest = null;
    List<Node> kept = new ArrayList<>();
    for (Node child : node.children) {
      boolean isSmall =
          child.kind == Kind.REST || (child.counts.bytes() < smallest && !open.contains(child));
      if (isSmall) {
        rest = rest == null ? new Node("", Kind.REST) : rest;
        rest.counts = rest.counts.plus(child.counts);
        merged += child.kind == Kind.REST ? 0 : 1;
      } else {
        kept.add(child);
      }
    }
    for (Node child : kept) {
      prune(child);
    }
    if (rest != null) {
      kept.add(rest);
    }
    node.children.clear();
    node.children.addAll(kept);
    nodes += kept.size();
    runBytes += bytes(node);
  }

  private void thin() {
    while (runBytes > MOST_RUN_BYTES / 2 && smallestWithRuns < Long.MAX_VALUE / 2) {
      smallestWithRuns = Math.max(4096, 2 * smallestWithRuns);
      runBytes = 0;
      thin(root);
    }
  }

  private void thin(Node node) {
    if (node.counts.bytes() < smallestWithRuns) {
      node.runs = null;
    }
    runBytes += bytes(node);
    node.children.forEach(this::thin);
  }

  /** Returns what to show: the only directory that was asked for, or one with all of them. */
  Node shown() {
    boolean one = root.children.size() == 1 && root.children.get(0).kind == Kind.DIRECTORY;
    return one ? root.children.get(0) : root;
  }

  /** Returns how many files and directories have no node of their own. */
  long merged() {
    return merged;
  }

  /** Returns the size below which files have no runs. */
  long smallestWithRuns() {
    return smallestWithRuns;
  }
}
