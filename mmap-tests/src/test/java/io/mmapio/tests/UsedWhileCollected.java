// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that calls regions nobody holds but the call itself, and uses views of every kind that
 * nobody holds but the code which uses them, while another thread has garbage collected without
 * pause. A call must not find its region closed by the collector, nor a view its memory gone.
 */
final class UsedWhileCollected {
  private static final int FROM = 1_000_000;
  private static final int LENGTH = 100_000;

  /** Rounds of calls for each round of views, which take some collections each. */
  private static final int CALLS = 60;

  /** One finds the region, the next what the region held. */
  private static final int COLLECTIONS = 3;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicBoolean proving = new AtomicBoolean();
  private final AtomicLong collections = new AtomicLong();

  private UsedWhileCollected() {}

  /** Arguments: the file, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    new UsedWhileCollected().run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
  }

  private void run(Path file, int rounds) throws Exception {
    call(file); // loads classes, which takes a minute where the collector stops it at every step
    ExecutorService other = Executors.newSingleThreadExecutor();
    Future<Void> collecting = other.submit(this::collectUntilDone);
    long pages = 0;
    int views = 0;
    try {
      for (int round = 0; round < rounds; round++) {
        pages += call(file);
        if (round % CALLS == 0) {
          views += use(file);
        }
      }
    } finally {
      done.set(true);
      other.shutdown();
    }
    collecting.get();
    System.out.println("rounds " + rounds + ", pages " + pages);
    System.out.println("views " + views);
  }

  private Void collectUntilDone() throws IOException {
    while (!done.get()) {
      long began = System.nanoTime();
      System.gc();
      LockSupport.parkNanos(System.nanoTime() - began); // the others get half of the time
      if (proving.get()) {
        Held.collectOneMore();
        collections.incrementAndGet();
      }
    }
    return null;
  }

  // Each region is garbage, as far as compiled code is concerned, once the call has begun.
  private static long call(Path file) throws IOException {
    Mmap.map(file, Access.READ_WRITE).sync(SyncMode.ASYNC);
    Mmap.map(file, Access.READ_WRITE).buffer(0, 1).put(0, (byte) 1);
    return Mmap.map(file).incore().pages();
  }

  private int use(Path file) throws IOException {
    proving.set(true);
    int used = 0;
    for (ViewKind kind : ViewKind.all()) {
      System.out.println(kind); // if using it ends this JVM, this is what it printed last
      use(kind.of(Mmap.map(file, Access.READ_WRITE), FROM, LENGTH));
      used++;
    }
    proving.set(false);
    return used;
  }

  private void use(HeldView view) {
    long enough = collections.get() + COLLECTIONS;
    for (int i = 0; collections.get() < enough; i = (i + 1) % LENGTH) {
      byte value = (byte) i;
      if (view.isWritable()) {
        view.put(i, value);
      }
      byte found = view.get(i);
      if (view.isWritable() && found != value) {
        throw new AssertionError("byte " + i + " is " + found);
      }
    }
  }
}
