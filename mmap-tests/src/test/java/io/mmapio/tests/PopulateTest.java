// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Pages;
import io.mmapio.Prefault;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages that are there before they are touched. */
final class PopulateTest {
  private static final int SIZE = 1 << 20;
  private static final long LARGE = 200L << 20;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private static void assumePassedOn() {
    Machine.assumeNotEmulated("an emulator does not pass it on");
  }

  @ParameterizedTest
  @EnumSource(Prefault.class)
  void everyPageIsThere(Prefault how) throws IOException {
    assumePassedOn();
    try (MappedRegion region = Mmap.file(file()).access(Access.READ_WRITE).map()) {
      region.pages().evict();
      assertEquals(0, region.incore().resident());
      region.pages().populate(how);
      assertEquals(region.incore().pages(), region.incore().resident());
      assertEquals(Bytes.patternAt(SIZE - 1), region.buffer().get(SIZE - 1));
    }
  }

  @ParameterizedTest
  @EnumSource(Prefault.class)
  void whenMappingToo(Prefault how) throws IOException {
    assumePassedOn();
    try (MappedRegion region = Mmap.anonymous(SIZE).populate(how).map()) {
      // What was only read shows one page of zeros everywhere, which is in memory.
      assertEquals(region.incore().pages(), region.incore().resident());
      assertEquals(0, region.buffer().get(SIZE / 2));
    }
  }

  @Test
  void rangeAndNoMore() throws IOException {
    assumePassedOn();
    long page = Mmap.pageSize();
    try (MappedRegion region = Mmap.anonymous(16 * page).map()) {
      region.pages(5 * page + 1, page).populate(Prefault.WRITE); // touches two
      Residency residency = region.incore();
      assertEquals(2, residency.resident());
      assertEquals(PageState.RESIDENT, residency.state(5));
      assertEquals(PageState.RESIDENT, residency.state(6));
    }
  }

  @Test
  void contentsOfACopyStay() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.COPY_ON_WRITE)) {
      region.buffer().put(10, (byte) 99);
      region.pages().populate(Prefault.WRITE);
      assertEquals(99, region.buffer().get(10));
      Bytes.put(file, 11, (byte) 98); // too late for the copy, where the platform made one
      assertEquals(Bytes.patternAt(SIZE - 1), region.buffer().get(SIZE - 1));
    }
    assertEquals(Bytes.patternAt(10), Bytes.at(file, 10));
  }

  @Test
  void onlyAsFarAsAccessGoes() throws IOException {
    Path file = file();
    try (MappedRegion reader = Mmap.map(file);
        MappedRegion none = Mmap.file(file).access(Access.NONE).map()) {
      Pages pages = reader.pages();
      pages.populate(Prefault.READ);
      assertThrows(UnsupportedOperationException.class, () -> pages.populate(Prefault.WRITE));
      Pages untouchable = none.pages();
      assertThrows(UnsupportedOperationException.class, () -> untouchable.populate(Prefault.READ));
    }
  }

  @Test
  void progressIsToldAndMayStop() throws IOException {
    try (MappedRegion region = Mmap.anonymous(LARGE).map()) {
      List<Long> told = new ArrayList<>();
      long all = region.pages().populate(Prefault.READ, (done, total) -> told.add(done));
      assertEquals(LARGE, all);
      assertTrue(told.size() > 2, told::toString);
      assertEquals(told.stream().sorted().distinct().toList(), told);
      assertEquals(LARGE, told.get(told.size() - 1));
      long some = region.pages().populate(Prefault.READ, (done, total) -> done < total / 2);
      assertTrue(some >= LARGE / 2 && some < LARGE, () -> "stopped at " + some);
    }
  }

  @Test
  void whatProgressThrowsComesOut() throws IOException {
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      Pages pages = region.pages();
      assertThrows(
          ArithmeticException.class,
          () ->
              pages.populate(
                  Prefault.READ,
                  (done, total) -> {
                    throw new ArithmeticException();
                  }));
    } // and closing does not wait for ever
  }

  @Test
  void closingWaitsForOneStepOnly() throws Exception {
    MappedRegion region = Mmap.anonymous(LARGE).map();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<Long> populating =
          threads.submit(
              () ->
                  region
                      .pages()
                      .populate(
                          Prefault.READ,
                          (done, total) -> {
                            started.countDown();
                            await(closed);
                            return true;
                          }));
      started.await();
      region.close();
      assertFalse(populating.isDone());
      closed.countDown();
      Throwable e = assertThrows(ExecutionException.class, populating::get).getCause();
      assertEquals(IllegalStateException.class, e.getClass());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void collectionsGoOnMeanwhile() throws Exception {
    try (MappedRegion region = Mmap.anonymous(LARGE).map()) {
      CountDownLatch started = new CountDownLatch(1);
      boolean[] go = {true};
      Thread collecting =
          new Thread(
              () -> {
                await(started);
                System.gc();
                synchronized (go) {
                  go[0] = false;
                }
              });
      collecting.start();
      // Ends only because a collection, which stops every thread, came through.
      while (true) {
        long done =
            region
                .pages()
                .populate(
                    Prefault.WRITE,
                    (reached, total) -> {
                      started.countDown();
                      synchronized (go) {
                        return go[0];
                      }
                    });
        if (done < LARGE) {
          break;
        }
        synchronized (go) {
          if (!go[0]) {
            break;
          }
        }
      }
      collecting.join();
      ByteBuffer view = region.buffer();
      assertEquals(0, view.get(5));
    }
  }
}
