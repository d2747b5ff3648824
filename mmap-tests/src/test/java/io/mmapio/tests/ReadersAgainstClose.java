// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * A program in which threads read a view while its region is closed, many times over. The file has
 * to be full of {@link #VALUE}.
 */
final class ReadersAgainstClose {
  static final byte VALUE = 0x5a;
  static final int READERS = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long LONG_VALUE = 0x0101010101010101L * VALUE;

  private static final Phaser rounds = new Phaser(1 + READERS);
  private static volatile Round round;

  private ReadersAgainstClose() {}

  /** A region that is about to be closed, and how far that has come. */
  private static final class Round {
    final MappedRegion region;
    final ByteBuffer view;
    final AtomicInteger begun = new AtomicInteger();
    volatile boolean closed;

    Round(MappedRegion region) {
      this.region = region;
      this.view = region.buffer();
    }
  }

  /** Says which bytes a view was seen to hold: {@link #VALUE}, zeros, or some of both. */
  @FunctionalInterface
  private interface Reader {
    int SAW_VALUE = 1;
    int SAW_ZERO = 2;

    int read(ByteBuffer view);
  }

  /** Arguments: the file, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    List<Future<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Reader reader = reader(i, Math.toIntExact(Files.size(file)));
      readers.add(threads.submit(() -> read(reader, count)));
    }
    for (int i = 0; i < count; i++) {
      round(file);
    }
    int reads = 0;
    for (Future<Integer> reader : readers) {
      reads += reader.get();
    }
    threads.shutdown();
    System.out.println("rounds " + count + ", reads before closing " + reads);
  }

  private static void round(Path file) throws Exception {
    Round current = new Round(Mmap.map(file, Access.READ_WRITE));
    round = current;
    rounds.arriveAndAwaitAdvance();
    // Some are in the middle of reading then; to wait for all would take eight slices of time.
    while (current.begun.get() < READERS / 2) {
      Thread.onSpinWait();
    }
    current.region.close();
    current.closed = true;
    rounds.arriveAndAwaitAdvance();
  }

  private static int read(Reader reader, int count) {
    try {
      int reads = 0;
      for (int i = 0; i < count; i++) {
        rounds.arriveAndAwaitAdvance();
        reads += read(reader, round);
        rounds.arriveAndAwaitAdvance();
      }
      return reads;
    } catch (Throwable e) {
      // The others would wait for this thread forever.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
      throw e;
    }
  }

  // Yielding is for speed alone: there are more readers than processors.
  @SuppressWarnings("ThreadPriorityCheck")
  private static int read(Reader reader, Round current) {
    int reads = 0;
    boolean last;
    do {
      last = current.closed;
      int saw = reader.read(current.view);
      VarHandle.loadLoadFence(); // what was read was read before asking
      boolean open = current.region.isOpen();
      if ((open && saw != Reader.SAW_VALUE) || (last && saw != Reader.SAW_ZERO)) {
        throw new AssertionError("open " + open + ", closed " + last + ", saw " + saw);
      }
      current.begun.incrementAndGet();
      reads += open ? 1 : 0;
      Thread.yield();
    } while (!last);
    return reads;
  }

  private static Reader reader(int number, int size) {
    return switch (number % 4) {
      case 0 -> ReadersAgainstClose::get;
      case 1 -> bulk(size);
      case 2 -> checksum(size);
      default -> ReadersAgainstClose::varHandle;
    };
  }

  private static int saw(long found, long value) {
    if (found != 0 && found != value) {
      throw new AssertionError("neither the file nor zero: " + Long.toHexString(found));
    }
    return found == 0 ? Reader.SAW_ZERO : Reader.SAW_VALUE;
  }

  private static int get(ByteBuffer view) {
    int saw = 0;
    for (int i = 0; i < view.capacity(); i++) {
      saw |= saw(view.get(i), VALUE);
    }
    return saw;
  }

  private static int varHandle(ByteBuffer view) {
    int saw = 0;
    for (int i = 0; i < view.capacity(); i += Long.BYTES) {
      saw |= saw((long) LONGS.getVolatile(view, i), LONG_VALUE);
    }
    return saw;
  }

  private static Reader bulk(int size) {
    byte[] bytes = new byte[size];
    return view -> {
      view.get(0, bytes);
      int saw = 0;
      for (byte b : bytes) {
        saw |= saw(b, VALUE);
      }
      return saw;
    };
  }

  /**
   * A sum made in the middle of closing is of some of both, and cannot be told from a wrong one.
   */
  private static Reader checksum(int size) {
    long ofValue = crc(filled(size, VALUE));
    long ofZeros = crc(filled(size, (byte) 0));
    return view -> {
      long sum = crc(view.duplicate());
      if (sum == ofValue) {
        return Reader.SAW_VALUE;
      }
      return sum == ofZeros ? Reader.SAW_ZERO : Reader.SAW_VALUE | Reader.SAW_ZERO;
    };
  }

  private static ByteBuffer filled(int size, byte value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, value);
    return ByteBuffer.wrap(bytes);
  }

  private static long crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }
}
