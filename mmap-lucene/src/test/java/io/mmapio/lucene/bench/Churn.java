// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.Directory;

/** Opens and closes readers beside four searching threads. */
final class Churn {
  private static final int SEARCHERS = 4;

  /** From one reopening to the next, so that both directories have the same work to do. */
  private static final long PERIOD_NANOS = 250_000_000;

  private final Directory directory;
  private final long end;
  private volatile DirectoryReader current;

  private Churn(Directory directory, int seconds) throws IOException {
    this.directory = directory;
    this.current = DirectoryReader.open(directory);
    this.end = System.nanoTime() + seconds * 1_000_000_000L;
  }

  /** Durations in the order in which they were measured. */
  private static final class Times {
    private long[] nanos = new long[1 << 12];
    private int count;

    void add(long duration) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = duration;
    }

    void add(Times other) {
      for (int i = other.count / 4; i < other.count; i++) { // before that, code is compiled
        add(other.nanos[i]);
      }
    }

    void print(String name) {
      Arrays.sort(nanos, 0, count);
      LuceneBench.print(name + "_p50_us", nanos[count / 2] / 1e3);
      LuceneBench.print(name + "_p99_us", nanos[(int) (count * 0.99)] / 1e3);
    }
  }

  /** A thread that searches until the end. */
  private final class Searcher extends Thread {
    private final Times times = new Times();

    @Override
    public void run() {
      List<Query> queries = new ArrayList<>(Queries.TERM.some(20));
      queries.addAll(Queries.PHRASE.some(5));
      queries.addAll(Queries.KNN.some(5));
      while (System.nanoTime() < end) {
        DirectoryReader reader = current;
        if (!reader.tryIncRef()) {
          continue;
        }
        try {
          Query query = queries.get(ThreadLocalRandom.current().nextInt(queries.size()));
          long start = System.nanoTime();
          LuceneBench.searcher(reader).search(query, 10);
          times.add(System.nanoTime() - start);
          reader.decRef();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  static void run(Directory directory, int seconds) throws IOException, InterruptedException {
    Churn churn = new Churn(directory, seconds);
    List<Searcher> searchers = new ArrayList<>();
    for (int i = 0; i < SEARCHERS; i++) {
      Searcher searcher = churn.new Searcher();
      searchers.add(searcher);
      searcher.start();
    }
    Times closes = churn.reopen();
    Times searches = new Times();
    for (Searcher searcher : searchers) {
      searcher.join();
      searches.add(searcher.times);
    }
    churn.current.close();
    Times settled = new Times();
    settled.add(closes);
    settled.print("close");
    searches.print("search");
    LuceneBench.print("searches_per_s", searches.count / 0.75 / seconds);
    LuceneBench.print("reopens", closes.count);
    LuceneBench.print("address_space_gb", addressSpace() / 1e6);
  }

  /** The most that this process has had, in kB. */
  private static double addressSpace() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmPeak:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  private Times reopen() throws IOException {
    Times closes = new Times();
    for (long next = System.nanoTime(); next < end; next += PERIOD_NANOS) {
      LockSupport.parkNanos(next - System.nanoTime());
      DirectoryReader before = current;
      current = DirectoryReader.open(directory);
      while (before.getRefCount() > 1) {
        LockSupport.parkNanos(20_000); // a search that began before
      }
      long start = System.nanoTime();
      before.close();
      closes.add(System.nanoTime() - start);
    }
    return closes;
  }
}
