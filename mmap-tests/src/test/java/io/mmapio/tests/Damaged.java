// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.ChangeMark;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** A program whose guarded region loses pages: every call says so, and other regions go on. */
final class Damaged {
  private static final long SHORTER = 300_000;
  private static final int LOST = 500_000;

  private Damaged() {}

  /** Argument: a file of the pattern. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).guarded().capacity(2 << 20).map();
    MappedRegion unguarded = Mmap.map(file, Access.READ_WRITE);
    ChangeMark mark = Feature.CHANGE_TRACKING.isSupported() ? region.mark() : null;
    ByteBuffer view = region.buffer();
    region.sync();
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      other.truncate(SHORTER);
    }
    assertEquals(Bytes.patternAt(5), view.get(5));
    region.sync(0, SHORTER);
    assertEquals(0, view.get(LOST));
    view.put(LOST, (byte) 9);
    assertEquals(9, view.get(LOST));
    CRC32 sum = new CRC32();
    sum.update(view.duplicate().position(LOST + 100_000)); // ends a JVM without a guard
    calls(region, mark);
    unguarded(unguarded);
    assertFalse(region.isOpen());
    region.close();
    // The log comes from a thread of its own; when the view is gone it has come.
    view = null;
    assertTrue(Footprint.collectUntil(() -> Mmap.statistics().tombstones() == 0));
    // What was not lost is the file's.
    assertEquals(Bytes.patternAt(5), Bytes.at(file, 5));
    System.out.println("done");
  }

  private static void calls(MappedRegion region, @Nullable ChangeMark mark) {
    LostPageException e = assertThrows(LostPageException.class, region::sync);
    assertEquals(LOST / Mmap.pageSize() * Mmap.pageSize(), e.offset());
    assertEquals(SHORTER, e.fileSize());
    assertEquals(1 << 20, e.regionSize());
    assertTrue(e.getMessage().contains("truncated"), e.getMessage());
    lost(() -> region.sync(0, 1, SyncMode.ASYNC));
    lost(() -> region.advise(Advice.RANDOM));
    lost(() -> region.advise(new long[] {0}, 1, Advice.WILLNEED));
    lost(region::incore);
    lost(() -> region.pages().populate(Prefault.READ));
    lost(() -> region.fetch(0, 1));
    lost(() -> region.fetch(new long[0], 1));
    lostAsync(region.fetchAsync(0, 1));
    lostAsync(region.fetchAsync(new long[100], 1));
    lost(() -> region.pages().lock());
    lost(() -> region.pages().unlock());
    lost(() -> region.pages().punchHole());
    lost(() -> region.pages().evict());
    lost(() -> region.pages().cacheState());
    lost(() -> region.checked().read(0, ByteBuffer.allocate(1)));
    lost(() -> region.checked().write(0, ByteBuffer.allocate(1)));
    lost(() -> region.checked().probe(0, 1));
    lost(() -> region.signals().await(0, 0, Duration.ZERO));
    lost(() -> region.signals().wakeAll(0));
    lost(() -> region.grow(2 << 20));
    if (Feature.CHANGE_TRACKING.isSupported()) {
      lost(region::mark);
      lost(() -> region.changedSince(mark));
    }
    lost(() -> region.shrink(1));
    lost(() -> region.protect(Access.READ_WRITE));
    lostUnchecked(region::buffer);
    lostUnchecked(() -> region.trimOnClose(1));
    lostUnchecked(region::close);
  }

  private static void lost(Executable call) {
    assertThrows(LostPageException.class, call);
  }

  private static void lostAsync(CompletableFuture<Void> fetch) {
    ExecutionException e = assertThrows(ExecutionException.class, fetch::get);
    assertEquals(LostPageException.class, e.getCause().getClass());
  }

  private static void lostUnchecked(Executable call) {
    UncheckedIOException e = assertThrows(UncheckedIOException.class, call);
    assertEquals(LostPageException.class, e.getCause().getClass());
  }

  /** The JVM's own handler is asked about it, as before. */
  private static void unguarded(MappedRegion region) {
    ByteBuffer view = region.buffer();
    assertThrows(
        InternalError.class,
        () -> {
          view.get(LOST);
          System.gc(); // on JDK 17 it may come late
        });
    region.close();
  }
}
