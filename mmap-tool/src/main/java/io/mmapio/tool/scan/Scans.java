// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * Walks and scans at the same time, in several threads, and tells what is found in the order of the
 * walk. Between them is room for a few hundred files, so memory is bounded.
 */
public final class Scans {
  /** Is told what is found, in one thread, in the order of the walk. */
  public interface Visitor {
    /** A directory begins. */
    default void enter(Path directory) {}

    /** A file was looked at. */
    void file(FileReport report);

    /** A directory and all that is in it is done. */
    default void leave(Path directory) {}
  }

  /** Tells two. */
  public static Visitor both(Visitor one, Visitor other) {
    return new Visitor() {
      @Override
      public void enter(Path directory) {
        one.enter(directory);
        other.enter(directory);
      }

      @Override
      public void file(FileReport report) {
        one.file(report);
        other.file(report);
      }

      @Override
      public void leave(Path directory) {
        one.leave(directory);
        other.leave(directory);
      }
    };
  }

  private interface Told {
    void to(Visitor visitor);
  }

  private static final int BATCH = 128;
  private static final List<Told> END = new ArrayList<>();

  private final WalkOptions options;
  private final FileScanner scanner;
  private final Problems problems;
  private final BooleanSupplier stopped;
  private final BlockingQueue<Future<List<Told>>> queue = new ArrayBlockingQueue<>(32);

  /** Creates one, for one call of {@link #run}. */
  public Scans(
      WalkOptions options, FileScanner scanner, Problems problems, BooleanSupplier stopped) {
    this.options = options;
    this.scanner = scanner;
    this.problems = problems;
    this.stopped = stopped;
  }

  /** Walks, scans, and tells the visitor, in the calling thread. */
  public void run(Visitor visitor) throws InterruptedException {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(threads, Scans::daemon);
    Thread walker = daemon(() -> walk(pool));
    walker.start();
    try {
      for (List<Told> batch = next(); batch != END; batch = next()) {
        batch.forEach(told -> told.to(visitor));
      }
    } finally {
      walker.interrupt();
      pool.shutdownNow();
    }
  }

  private List<Told> next() throws InterruptedException {
    try {
      return queue.take().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "mmap-scan");
    thread.setDaemon(true);
    return thread;
  }

  private void walk(ExecutorService pool) {
    Batches batches = new Batches(pool);
    try {
      new Walk(options, problems, stopped).run(batches);
      batches.flush();
      batches.put(new FutureTask<>(() -> END));
    } catch (Interrupted e) {
      // Whoever was to be told has gone.
    } catch (RuntimeException | Error e) {
      batches.put(
          new FutureTask<>(
              () -> {
                throw new ExecutionException(e);
              }));
    }
  }

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Gathers files for one task; what happens with directories goes along. */
  private final class Batches implements Walk.Visitor {
    private final ExecutorService pool;
    private List<Object> batch = new ArrayList<>();

    Batches(ExecutorService pool) {
      this.pool = pool;
    }

    @Override
    public void enter(Path directory) {
      add((Told) visitor -> visitor.enter(directory));
    }

    @Override
    public void file(Entry entry) {
      add(entry);
    }

    @Override
    public void leave(Path directory) {
      add((Told) visitor -> visitor.leave(directory));
    }

    private void add(Object what) {
      batch.add(what);
      if (batch.size() >= BATCH) {
        flush();
      }
    }

    void flush() {
      List<Object> full = batch;
      batch = new ArrayList<>(BATCH);
      FutureTask<List<Told>> task = new FutureTask<>(() -> scan(full));
      put(task);
    }

    void put(FutureTask<List<Told>> task) {
      try {
        queue.put(task);
        pool.execute(task);
      } catch (InterruptedException | java.util.concurrent.RejectedExecutionException e) {
        throw new Interrupted();
      }
    }
  }

  private List<Told> scan(List<Object> batch) {
    List<Told> found = new ArrayList<>(batch.size());
    for (Object what : batch) {
      if (what instanceof Told told) {
        found.add(told);
      } else if (!stopped.getAsBoolean()) {
        scan((Entry) what, found);
      }
    }
    return found;
  }

  private void scan(Entry entry, List<Told> found) {
    Changing.attempt(
        entry,
        problems,
        now -> {
          FileReport report = scanner.scan(now);
          found.add(visitor -> visitor.file(report));
        });
  }
}
