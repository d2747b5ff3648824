// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Feature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program that holds views of every kind, has their regions closed, dropped and collected, and
 * goes on using the views in every way there is. It ends with an error where the view of a closed
 * region is not a memory of zeros of its own, where any other is not the file, or where something
 * is left when the views are dropped.
 */
final class LeakedViews {
  /** How often each view but the first of its class is touched in each way. */
  private static final int FEW = 2;

  private final Path directory;
  private final FileChannel scratch;
  private final int times;
  private final int share;
  private final List<LeakedView> views = new ArrayList<>();
  private final Set<String> touched = new TreeSet<>();

  private LeakedViews(Path directory, FileChannel scratch, int times, int share) {
    this.directory = directory;
    this.scratch = scratch;
    this.times = times;
    this.share = share;
  }

  /**
   * Arguments: a directory, how often to touch, whether to do so before too, and of how many ways
   * to touch each view takes one: it takes all of them if it is the first of its class.
   */
  public static void main(String[] arguments) throws Throwable {
    Path directory = Path.of(arguments[0]);
    try (FileChannel scratch =
        FileChannel.open(
            Files.createTempFile("scratch", null),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      LeakedViews program =
          new LeakedViews(
              directory, scratch, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[3]));
      program.mapAll();
      program.run(Boolean.parseBoolean(arguments[2]));
      String ways = program.touched.size() + " ways";
      System.out.println("touched in " + ways + ", " + program.views.size() + " views");
      program.end();
    }
    System.out.println("nothing left");
  }

  private void mapAll() throws IOException {
    for (boolean guarded : new boolean[] {false, true}) {
      for (Fate fate : Fate.values()) {
        for (ViewKind kind : ViewKind.all()) {
          if (!guarded || Feature.GUARD.isSupported()) {
            views.add(LeakedView.map(directory, kind, fate, guarded));
          }
        }
      }
    }
  }

  private void run(boolean warm) throws Throwable {
    if (warm) {
      touchAll();
    }
    for (LeakedView view : views) {
      view.lose();
    }
    collect();
    touchAll();
    for (int more = 0; more < 3; more++) {
      collect();
      for (LeakedView view : views) {
        view.compare();
      }
    }
  }

  private void collect() throws IOException {
    Held.collect(views.stream().map(LeakedView::held).toList());
  }

  private void touchAll() throws Throwable {
    Set<Class<?>> hot = new HashSet<>(); // of views: the code for others is the same
    touched.clear();
    for (int i = 0; i < views.size(); i++) {
      LeakedView view = views.get(i);
      System.out.println(view); // if touching it ends this JVM, this is what it printed last
      boolean first = hot.add(view.held().view().view().getClass());
      Touches touches = new Touches(scratch, first ? times : FEW, first ? 1 : share, i);
      view.touch(touches);
      touched.addAll(touches.done());
    }
  }

  /**
   * Files lose their pages under regions that nobody can call any more, and then all is dropped.
   */
  private void end() throws Throwable {
    if (Feature.SHRINK.isSupported()) { // or else a mapped file cannot be truncated here
      for (LeakedView view : views) {
        view.truncate(new Touches(scratch, FEW, share, 0));
      }
    }
    Held.requireNothingLeft(views.stream().map(LeakedView::held).toList());
    boolean linux = Files.exists(Path.of("/proc/self/maps"));
    if (linux && !Footprint.collectUntil(() -> Footprint.of(directory).mappingsOfFile() == 0)) {
      throw new AssertionError("left is " + Footprint.of(directory));
    }
  }
}
