// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.tests.Deployments.Remains;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;

/**
 * A program that redeploys {@link Application} very often, as an application server does on a day
 * of work, and ends with an error if something is left of it.
 */
final class Redeploys {
  /** Records with the flight recorder meanwhile: one more word for the application. */
  static final String JFR = "jfr";

  /** Loaders that may wait for the collector. It is the reaper's thread that they wait for. */
  private static final int BACKLOG = 30;

  /**
   * So many redeploys go before it is looked at what is held: caches of the JVM's are full then.
   */
  private static final int WARM_UP = Machine.isEmulated() ? 3 : 30;

  /** Pages: the JVM takes addresses for classes and for malloc in pieces of 64 MiB. */
  private static final long ADDRESS_SLACK = (192 << 20) / 4096;

  private final Deployments deployments = new Deployments();
  private final Path file;
  private final Set<String> how;
  private final int leaked;
  private final List<ByteBuffer> views = new ArrayList<>();

  private Redeploys(Path file, int leaked, Set<String> how) {
    this.file = file;
    this.leaked = leaked;
    this.how = how;
  }

  /** Arguments: the file, how often, for how many rounds views leak, what the application does. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    int leaked = Integer.parseInt(arguments[2]);
    Set<String> how = new TreeSet<>(Arrays.asList(arguments).subList(3, arguments.length));
    Redeploys program = new Redeploys(file, leaked, how);
    if (how.remove(JFR)) {
      try (Recording recording = new Recording()) {
        recording.enable("io.mmapio.Map");
        recording.start();
        program.run(rounds);
      }
    } else {
      program.run(rounds);
    }
    System.out.println("flat after " + rounds);
  }

  private void run(int rounds) throws Exception {
    times(WARM_UP);
    Remains before = settled(0);
    times(rounds);
    Remains after = settled(before.libraries());
    String report = "from " + before + " to " + after;
    System.out.println(report);
    deployments.requireNothingLeft(file);
    require(after.libraries() <= before.libraries(), "libraries: " + report);
    // One in each round would be more. What comes and goes with the JVM itself: up to 40 mappings.
    long slack = rounds * 3L / 4;
    require(after.mappings() <= before.mappings() + slack, "mappings: " + report);
    require(after.descriptors() <= before.descriptors() + slack, "descriptors: " + report);
    require(after.addresses() <= before.addresses() + ADDRESS_SLACK, "addresses: " + report);
  }

  private void times(int rounds) throws Exception {
    for (int round = 1; round <= rounds; round++) {
      once();
      if (views.size() >= leaked) {
        dropViews();
      }
      if (deployments.alive() > BACKLOG + views.size()) {
        requireCollectedBut(views.size());
      }
    }
    dropViews();
  }

  /** A method of its own: a local variable would hold the view. */
  private void once() throws Exception {
    Object view = deployments.once(file, how);
    if (view != null) {
      views.add((ByteBuffer) view);
    }
  }

  /** By now their applications are gone: they have memory all the same. */
  private void dropViews() {
    for (ByteBuffer view : views) {
      if (how.contains(Application.UNCLOSED)) {
        Bytes.requirePattern(view.slice(0, Application.SAMPLE));
      } else {
        require(zeros(view), "a view of a closed region is not zeros");
      }
    }
    views.clear();
  }

  /** Whether all that it looks at in a view is zero. */
  static boolean zeros(ByteBuffer view) {
    int at = 0;
    while (at < view.capacity() && view.get(at) == 0) {
      at += 1000;
    }
    return at >= view.capacity();
  }

  private void requireCollectedBut(int most) {
    require(
        deployments.collectedBut(most),
        "more than " + most + " loaders stay: " + deployments.remains(file));
  }

  /** When the collector has done its work, and the threads that clean up their own. */
  private Remains settled(long libraries) throws IOException {
    requireCollectedBut(0);
    Footprint.collectUntil(() -> deployments.remains(file).libraries() <= libraries);
    if (Deployments.LISTED_BY_KERNEL) {
      Footprint.settled(file);
    }
    Remains remains = deployments.remains(file);
    require(remains.files() == 0, "the file is still mapped: " + remains);
    return remains;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
