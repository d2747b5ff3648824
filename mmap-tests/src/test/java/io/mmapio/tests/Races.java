// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program that closes regions while other threads call them, or grow them, or collect garbage.
 * Nothing but an IllegalStateException may come of it, and what is mapped elsewhere stays as it is.
 */
final class Races {
  /** Every operation, by name, in the order in which they are run. */
  static final Map<String, Operation> OPERATIONS = operations();

  private static final int SIZE = 200_000;
  private static final int CAPACITY = 4 * SIZE;
  private static final int THREADS = 3;
  private static final int MANY = 40;

  private final Path file;
  private final MappedRegion canary;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private long before; // operations that were done before the region was closed

  private Races(Path file) throws IOException {
    this.file = file;
    this.canary = Mmap.anonymous(SIZE).map();
    Bytes.pattern(canary.buffer());
  }

  /** A use of a region that may be closed at any moment. */
  @FunctionalInterface
  interface Operation {
    void on(MappedRegion region) throws IOException;
  }

  private static Map<String, Operation> operations() {
    Map<String, Operation> all = new LinkedHashMap<>();
    all.put("close", MappedRegion::close);
    all.put("buffer", region -> region.buffer().put(7, (byte) 1).get(8));
    all.put("advise", region -> region.advise(Advice.WILLNEED));
    all.put("advise many", region -> region.advise(new long[] {0, 9000}, 99, Advice.WILLNEED));
    all.put("sync", region -> region.sync(SyncMode.BLOCKING));
    all.put("sync async", region -> region.sync(SyncMode.ASYNC));
    all.put("incore", MappedRegion::incore);
    all.put("populate", region -> region.pages().populate(Prefault.WRITE));
    all.put("fetch", region -> region.fetch(new long[] {0, 9000}, SIZE / 2));
    all.put("fetch async", Races::fetchAsync);
    all.put("lock", region -> region.pages().lock());
    all.put("unlock", region -> region.pages().unlock());
    all.put("evict", region -> region.pages().evict());
    all.put("cacheState", region -> region.pages().cacheState());
    all.put("probe", region -> region.checked().probe(0, SIZE));
    all.put("read", region -> region.checked().read(0, ByteBuffer.allocate(SIZE / 2)));
    all.put("write", region -> region.checked().write(0, ByteBuffer.allocate(SIZE / 2)));
    all.put("read block", region -> region.read(0, ByteBuffer.allocateDirect(SIZE / 2)));
    all.put("write block", region -> region.write(0, ByteBuffer.allocateDirect(SIZE / 2)));
    all.put("read array", region -> region.read(0, ByteBuffer.allocate(SIZE / 2)));
    all.put("protect", region -> region.protect(Access.READ_WRITE));
    all.put("trimOnClose", region -> region.trimOnClose(SIZE));
    all.put("grow", region -> region.grow(Math.min(CAPACITY, region.size() + 5000)));
    if (Feature.SHRINK.isSupported()) {
      all.put("shrink", region -> region.shrink(Math.max(SIZE, region.size() - 5000)));
    }
    if (Feature.PUNCH_HOLE.isSupported()) {
      all.put("punchHole", region -> region.pages(0, 50_000).punchHole());
    }
    if (Feature.CHANGE_TRACKING.isSupported()) {
      all.put("mark", MappedRegion::mark);
      all.put("changedSince", region -> region.changedSince(region.mark()));
    }
    all.put("collect", Races::dropViewsAndCollect);
    for (ViewKind kind : ViewKind.all()) {
      all.put("view " + kind, region -> use(kind.of(region)));
    }
    return all;
  }

  /** So many that threads of the library do it; one is left alone. */
  private static void fetchAsync(MappedRegion region) throws IOException {
    try {
      CompletableFuture<Void> first = region.fetchAsync(new long[MANY], SIZE / 2);
      CompletableFuture<Void> unused = region.fetchAsync(new long[MANY], SIZE);
      first.get();
    } catch (InterruptedException e) {
      throw new IOException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalStateException closed) {
        throw closed;
      }
      throw new IOException(e);
    }
  }

  private static void use(HeldView view) {
    if (view.isWritable()) {
      view.put(7, (byte) 1);
    }
    view.get(8);
  }

  private static void dropViewsAndCollect(MappedRegion region) {
    for (int i = 0; i < 10; i++) {
      region.buffer(i, 10).put(0, (byte) i);
    }
    System.gc();
  }

  /** Arguments: a file, the rounds for each operation, and whether regions are guarded. */
  public static void main(String[] args) throws Exception {
    Races program = new Races(Path.of(args[0]));
    int rounds = Integer.parseInt(args[1]);
    for (Map.Entry<String, Operation> operation : OPERATIONS.entrySet()) {
      program.before = 0;
      int some = Math.max(1, rounds / costs(operation.getKey()));
      for (int round = 0; round < some; round++) {
        program.round(operation.getValue(), Boolean.parseBoolean(args[2]));
      }
      System.out.printf("%s: %d before closing%n", operation.getKey(), program.before);
    }
    program.threads.shutdown();
    new DropRaces(Path.of(args[0] + "s"), Boolean.parseBoolean(args[2]))
        .run(Math.max(2, rounds / 20));
    Bytes.requirePattern(program.canary.buffer());
    program.canary.close();
    System.out.println("rounds " + rounds);
  }

  /** What a round takes, in ordinary ones. */
  private static int costs(String operation) {
    return operation.equals("collect") ? 20 : operation.startsWith("view ") ? 20 : 1;
  }

  private void round(Operation operation, boolean guarded) throws Exception {
    MapOptions options =
        Mmap.file(file).access(Access.READ_WRITE).range(0, SIZE).sparse().capacity(CAPACITY);
    MappedRegion region = (guarded ? Machine.guardedIfPossible(options) : options).map();
    CyclicBarrier together = new CyclicBarrier(THREADS);
    Callable<Integer> calling = () -> callUntilClosed(operation, region, together);
    List<Callable<Integer>> all = new ArrayList<>(List.of(calling, calling));
    all.add(
        () -> {
          together.await();
          region.close();
          return 0;
        });
    for (Future<Integer> one : threads.invokeAll(all)) {
      before += one.get();
    }
  }

  private static int callUntilClosed(
      Operation operation, MappedRegion region, CyclicBarrier together) throws Exception {
    together.await();
    int calls = 0;
    while (region.isOpen()) {
      try {
        operation.on(region);
        calls++;
      } catch (IllegalStateException e) {
        // closed, or somebody holds a view that protecting would be at odds with
      } catch (IllegalArgumentException e) {
        // another thread has made it larger, or smaller, meanwhile
      }
    }
    return calls;
  }
}
