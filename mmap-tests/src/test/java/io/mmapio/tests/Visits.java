// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * A program with many copies of the library, each with a {@link Visitor}, so that their threads
 * come and go as often as can be while others map.
 */
final class Visits {
  private static final long JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final AtomicInteger done = new AtomicInteger();
  private static final Deployments deployments = new Deployments();

  private Visits() {}

  /** Arguments: the file, how many copies, how often each is used, and a seed. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int copies = Integer.parseInt(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    Random random = new Random(Long.parseLong(arguments[3]));
    long lifetime = lifetimeOfThread(file);
    System.out.println("the thread stays " + lifetime / 1_000_000 + " ms");
    visit(file, copies, times, lifetime, random);
    boolean collected = deployments.collectedBut(0);
    Deployments.Remains remains = deployments.remains(file);
    require(collected && remains.files() == 0, "something stays: " + remains);
    System.out.println(done + " visits, nothing left");
  }

  /** From when nothing is mapped any more until it ends. */
  private static long lifetimeOfThread(Path file) throws ReflectiveOperationException {
    ExecutorService collector = threads(1);
    Future<?> collecting = collector.submit(Visits::collect);
    require(newVisitor().apply(file, 0L).equals(1), "not the first visit");
    long start = System.nanoTime();
    while (!Deployments.threads().isEmpty()) {
      boolean patient = System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20);
      require(patient, "it does not end: " + Deployments.threads());
      LockSupport.parkNanos(PAUSE_NANOS / 10);
    }
    collecting.cancel(true);
    collector.shutdown();
    return System.nanoTime() - start;
  }

  /** Threads that do not keep a program going which has failed. */
  private static ExecutorService threads(int number) {
    return Executors.newFixedThreadPool(
        number,
        run -> {
          Thread thread = new Thread(run, "visitor or collector");
          thread.setDaemon(true);
          return thread;
        });
  }

  private static BiFunction<Path, Long, Object> newVisitor() throws ReflectiveOperationException {
    return Deployments.instance(deployments.loader(), Visitor.class);
  }

  private static void visit(Path file, int copies, int times, long lifetime, Random random)
      throws Exception {
    ExecutorService threads = threads(copies + 1);
    Future<?> collecting = threads.submit(Visits::collect);
    List<Future<Void>> visitors = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      BiFunction<Path, Long, Object> visitor = newVisitor();
      long seed = random.nextLong();
      Callable<Void> visits = () -> visit(visitor, file, times, lifetime, new Random(seed));
      visitors.add(threads.submit(visits));
    }
    for (Future<Void> visitor : visitors) {
      visitor.get();
    }
    collecting.cancel(true);
    threads.shutdown();
    threads.awaitTermination(1, TimeUnit.MINUTES);
  }

  private static Void visit(
      BiFunction<Path, Long, Object> visitor, Path file, int times, long lifetime, Random random) {
    for (int time = 0; time < times; time++) {
      long pause = lifetime + (long) ((random.nextDouble() * 2 - 1) * JITTER_NANOS);
      require(visitor.apply(file, pause).equals(time + 1), "a visit was left out");
      done.incrementAndGet();
    }
    return null;
  }

  private static void collect() {
    while (!Thread.currentThread().isInterrupted()) {
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
