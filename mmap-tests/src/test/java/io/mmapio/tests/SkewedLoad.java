// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Budget;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that reads and writes records of a file, some far more often than others (Zipf's law,
 * exponent 1), and says how many of the touched pages were in memory, and how much of the file was.
 *
 * <p>Arguments: file, seconds, budget in bytes or 0 for none, bytes of a record, advice, threads,
 * touches in a second or 0 for as many as there can be.
 */
final class SkewedLoad {
  private static final int WRITES = 10; // one touch of so many
  private static final long SAMPLE_MILLIS = 20;

  private final MappedRegion region;
  private final ByteBuffer view;
  private final int record;
  private final int page = (int) Mmap.pageSize();
  private final AtomicLong touched = new AtomicLong();
  private volatile boolean stop;

  private SkewedLoad(MappedRegion region, int record) {
    this.region = region;
    this.view = region.buffer();
    this.record = record;
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    long seconds = Long.parseLong(args[1]);
    long bytes = Long.parseLong(args[2]);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        Budget budget = Budget.of(bytes)) {
      region.pages().evict();
      region.advise(Advice.valueOf(args[4]));
      if (bytes > 0) {
        budget.add(region);
      }
      SkewedLoad load = new SkewedLoad(region, Integer.parseInt(args[3]));
      load.run(seconds, budget, Integer.parseInt(args[5]), Long.parseLong(args[6]));
    }
  }

  private void run(long seconds, Budget budget, int threads, long rate) throws Exception {
    ExecutorService all = Executors.newFixedThreadPool(threads);
    List<Future<Long>> results = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int seed = i;
      Callable<Long> work = () -> touch(new Random(seed), (double) rate / threads);
      results.add(all.submit(work));
    }
    System.out.println("first half: " + watch(seconds / 2, budget));
    long faults = majorFaults();
    long before = touched.get();
    long cpu = budgetCpu();
    long begin = System.nanoTime();
    String memory = watch(seconds - seconds / 2, budget);
    double took = (System.nanoTime() - begin) / 1e9;
    long missed = majorFaults() - faults;
    long count = touched.get() - before;
    cpu = budgetCpu() - cpu;
    stop = true;
    long wrong = 0;
    for (Future<Long> result : results) {
      wrong += result.get();
    }
    all.shutdown();
    System.out.printf(
        "%s hits %.2f%% touches/s %.0f misses/s %.0f task %.2f%% of a cpu wrong %d %s%n",
        memory,
        100.0 * (count - missed) / count,
        count / took,
        missed / took,
        cpu / took / 1e7,
        wrong,
        budget.state());
  }

  /** Each page begins with the number of the page; the rest of it counts writes. */
  private long touch(Random random, double rate) {
    int records = view.capacity() / record;
    double log = Math.log(records);
    long wrong = 0;
    long begin = System.nanoTime();
    long own = 0;
    while (!stop) {
      long rank = (long) Math.exp(random.nextDouble() * log) - 1;
      int which = (int) (rank * 1_000_003L % records);
      boolean write = random.nextInt(WRITES) == 0;
      for (int at = which * record, end = at + record; at < end; at += page) {
        if (view.getInt(at) != at / page) {
          wrong++;
        }
        if (write) {
          view.putInt(at + 4, (int) own);
        }
        own++;
      }
      touched.addAndGet(Math.max(1, record / page));
      while (rate > 0 && own > rate * (System.nanoTime() - begin) / 1e9 && !stop) {
        LockSupport.parkNanos(100_000);
      }
    }
    return wrong;
  }

  private String watch(long seconds, Budget budget) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long most = 0;
    long sum = 0;
    long over = 0;
    int samples = 0;
    while (System.nanoTime() < end) {
      long resident = region.pages().cacheState().orElseThrow().cached() * page;
      most = Math.max(most, resident);
      sum += resident;
      samples++;
      over += resident > budget.limit() ? 1 : 0;
      Thread.sleep(SAMPLE_MILLIS);
    }
    return "most " + most + " mean " + sum / samples + " samples " + samples + " over " + over;
  }

  private static long majorFaults() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[9]);
  }

  private static long budgetCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("mmap-io budget")) {
        return threads.getThreadCpuTime(thread.getId());
      }
    }
    return 0;
  }
}
