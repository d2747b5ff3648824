// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads take views of a region while another thread closes it, or drops it, or both. The views
 * then outlive it: they are the file if it was dropped alone. All are of one kind in each round, so
 * that no other kind holds what this one should.
 */
final class DropRaces {
  private static final int TAKERS = 2;
  private static final int SIZE = 50_000;

  /** So many views each thread keeps: the last it took. */
  private static final int KEPT = 20;

  private final Path file;
  private final MapOptions options;
  private final List<ViewKind> kinds = ViewKind.all();
  private final byte[] content = new byte[SIZE];
  private volatile MappedRegion region;

  DropRaces(Path file, boolean guarded) throws IOException {
    this.file = file;
    for (int i = 0; i < SIZE; i++) {
      content[i] = Bytes.patternAt(i);
    }
    MapOptions some = Mmap.file(file).access(Access.READ_WRITE);
    this.options = guarded ? Machine.guardedIfPossible(some) : some;
  }

  void run(int rounds) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(TAKERS);
    Bytes.patterned(file, SIZE);
    for (Fate fate : List.of(Fate.CLOSED, Fate.DROPPED, Fate.CLOSED_AND_DROPPED)) {
      long views = 0;
      for (int round = 0; round < Math.max(kinds.size(), rounds); round++) {
        ViewKind kind = kinds.get(round % kinds.size());
        System.out.println(fate + " " + kind); // what ends this JVM was printed last
        views += round(threads, fate, kind);
      }
      System.out.printf("%s: %d views outlived their region%n", fate, views);
    }
    threads.shutdown();
  }

  private int round(ExecutorService threads, Fate fate, ViewKind kind) throws Exception {
    region = options.map();
    WeakReference<MappedRegion> reference = new WeakReference<>(region);
    CountDownLatch taking = new CountDownLatch(TAKERS);
    Callable<List<HeldView>> taker = () -> takeUntilLost(kind, taking);
    List<Future<List<HeldView>>> takers = new ArrayList<>();
    for (int i = 0; i < TAKERS; i++) {
      takers.add(threads.submit(taker));
    }
    taking.await();
    lose(fate);
    List<HeldView> views = new ArrayList<>();
    for (Future<List<HeldView>> one : takers) {
      views.addAll(one.get());
    }
    if (fate.dropped) {
      if (!Footprint.collectUntil(() -> reference.refersTo(null))) {
        throw new AssertionError("something holds the region");
      }
      Held.collectOneMore();
      Held.collectOneMore();
    }
    check(views, fate);
    region = null;
    return views.size();
  }

  private void lose(Fate fate) {
    if (fate.closed) {
      region.close();
    }
    if (fate.dropped) {
      region = null;
      System.gc(); // while the last views are being taken
    }
  }

  private List<HeldView> takeUntilLost(ViewKind kind, CountDownLatch taking) {
    List<HeldView> views = new ArrayList<>();
    while (take(kind, views)) {
      if (views.size() == KEPT) {
        taking.countDown();
      }
    }
    return views;
  }

  private boolean take(ViewKind kind, List<HeldView> views) {
    MappedRegion one = region;
    if (one == null) {
      return false;
    }
    try {
      HeldView view = kind.of(one);
      if (views.size() == KEPT) {
        views.remove(0);
      }
      views.add(view);
    } catch (IllegalStateException e) {
      return false; // it is closed
    }
    return true;
  }

  private void check(List<HeldView> views, Fate fate) {
    byte[] expected = fate.closed ? new byte[SIZE] : content;
    views.forEach(view -> view.requireContent(expected));
  }
}
