// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import io.mmapio.WaitOutcome;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** Words of a region that processes wait at, one in a cache line, each with a payload. */
final class WaitWords {
  /** Bytes from one word to the next. */
  static final int STEP = 64;

  private static final int PAYLOAD = 32;

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** What only a wait that was not woken takes: the library looks again after 50 ms. */
  private static final long LATE_NANOS = 45_000_000;

  final MappedRegion region;
  private final ByteBuffer view;
  private int late;

  WaitWords(MappedRegion region) {
    this.region = region;
    this.view = region.buffer().order(ByteOrder.nativeOrder());
  }

  int get(int word) {
    return (int) INT.getAcquire(view, word * STEP);
  }

  void set(int word, int value) {
    INT.setRelease(view, word * STEP, value);
  }

  int add(int word, int value) {
    return value + (int) INT.getAndAdd(view, word * STEP, value);
  }

  void setLong(int word, long value) {
    LONG.setRelease(view, word * STEP, value);
  }

  /** By a plain store: what the release of the word must show. */
  void setPayload(int word, int value) {
    view.putInt(word * STEP + PAYLOAD, value);
  }

  int payload(int word) {
    return view.getInt(word * STEP + PAYLOAD);
  }

  WaitOutcome await(int word, int expected, Duration timeout)
      throws IOException, InterruptedException {
    return region.signals().await((long) word * STEP, expected, timeout);
  }

  void wake(int word) throws IOException {
    region.signals().wake((long) word * STEP);
  }

  void wakeAll(int word) throws IOException {
    region.signals().wakeAll((long) word * STEP);
  }

  /** Waits until a word has a value. */
  boolean awaitValue(int word, int value, Duration timeout)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (int seen = get(word); seen != value; seen = get(word)) {
      long start = System.nanoTime();
      if (start >= end) {
        return false;
      }
      WaitOutcome outcome = await(word, seen, Duration.ofNanos(end - start));
      if (outcome == WaitOutcome.CHANGED && System.nanoTime() - start > LATE_NANOS) {
        late++;
      }
    }
    return true;
  }

  /** How many waits ended because the word was read again, and not because they were woken. */
  int late() {
    return late;
  }
}
