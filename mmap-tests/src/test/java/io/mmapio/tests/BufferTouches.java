// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.Touch.BULK;
import static io.mmapio.tests.Touch.STRIDE;
import static io.mmapio.tests.Touch.bulkStart;
import static io.mmapio.tests.Touch.half;
import static io.mmapio.tests.Touch.readable;
import static io.mmapio.tests.Touch.writable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.LongBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** The ways to read and write a ByteBuffer. What hands it to other code is in NativeTouches. */
final class BufferTouches {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Map<String, Touch<ByteBuffer>> kinds = new LinkedHashMap<>();
  private final byte marker;
  private final ByteBuffer same;
  private final byte[] bytes = new byte[BULK];
  private final long[] longs = new long[BULK / Long.BYTES];
  private final char[] chars = new char[BULK];

  /**
   * Touches that write a marker.
   *
   * @param same what the part of the view that is read is like, for comparing
   */
  BufferTouches(byte marker, ByteBuffer same) {
    this.marker = marker;
    this.same = same;
    Arrays.fill(bytes, marker);
    Arrays.fill(longs, marker);
    Arrays.fill(chars, (char) (marker & 0x7f));
  }

  /** Those that read, then those that write, by name. */
  Map<String, Touch<ByteBuffer>> kinds() {
    if (kinds.isEmpty()) {
      readElements();
      readInBulk();
      readThroughViews();
      compare();
      readThroughVarHandle();
      writeElements();
      writeInBulk();
      writeThroughViews();
      writeThroughVarHandle();
      swapThroughVarHandle();
    }
    return kinds;
  }

  private void readElements() {
    kinds.put("get", view -> sum(view, view::get));
    kinds.put("getShort", view -> sum(view, view::getShort));
    kinds.put("getChar", view -> sum(view, view::getChar));
    kinds.put("getInt", view -> sum(view, view::getInt));
    kinds.put("getLong", view -> sum(view, view::getLong));
    kinds.put("getFloat", view -> sum(view, i -> Float.floatToRawIntBits(view.getFloat(i))));
    kinds.put("getDouble", view -> sum(view, i -> Double.doubleToRawLongBits(view.getDouble(i))));
    kinds.put("relative get", view -> relativeSum(readable(view)));
    kinds.put("loop of get", BufferTouches::everyByte);
  }

  private static long sum(ByteBuffer view, IntToLongFunction element) {
    long sum = 0;
    for (int i = 0; i < half(view.capacity()); i += STRIDE) {
      sum = 31 * sum + element.applyAsLong(i);
    }
    return sum;
  }

  private static long relativeSum(ByteBuffer window) {
    long sum = 0;
    while (window.hasRemaining()) {
      sum = 31 * sum + window.get();
    }
    return sum;
  }

  // A plain counted loop: C2 takes it apart and may turn it into vector instructions.
  private static long everyByte(ByteBuffer view) {
    int start = bulkStart(0, view.capacity());
    long sum = 0;
    for (int i = start; i < start + BULK; i++) {
      sum += view.get(i);
    }
    return sum;
  }

  private void readInBulk() {
    byte[] into = new byte[BULK];
    kinds.put("bulk get", view -> digest(readable(view).get(into), into));
    kinds.put(
        "absolute bulk get", view -> digest(view.get(bulkStart(0, view.capacity()), into), into));
    ByteBuffer direct = ByteBuffer.allocateDirect(BULK);
    kinds.put("put into a direct buffer", view -> put(direct.clear(), readable(view)).hashCode());
    ByteBuffer heap = ByteBuffer.allocate(BULK);
    kinds.put("put into a heap buffer", view -> put(heap.clear(), readable(view)).hashCode());
  }

  private static long digest(ByteBuffer read, byte[] into) {
    return 31L * read.capacity() + Arrays.hashCode(into);
  }

  private static ByteBuffer put(ByteBuffer target, ByteBuffer source) {
    return target.put(source).flip();
  }

  private void readThroughViews() {
    long[] into = new long[longs.length];
    kinds.put("asLongBuffer get", view -> readable(view).asLongBuffer().get(longs.length / 2));
    kinds.put("asLongBuffer bulk get", view -> longs(readable(view).asLongBuffer(), into));
    kinds.put("asIntBuffer hashCode", view -> readable(view).asIntBuffer().hashCode());
    kinds.put("asCharBuffer toString", view -> readable(view).asCharBuffer().toString().hashCode());
    kinds.put("asDoubleBuffer hashCode", view -> readable(view).asDoubleBuffer().hashCode());
    kinds.put("slice get", view -> sum(view.slice(), view.slice()::getInt));
    kinds.put("duplicate get", view -> sum(view.duplicate(), view.duplicate()::getInt));
    kinds.put("read-only get", view -> sum(view, view.asReadOnlyBuffer()::getLong));
    kinds.put(
        "little-endian get",
        view -> sum(view, view.slice().order(ByteOrder.LITTLE_ENDIAN)::getInt));
  }

  private static long longs(LongBuffer view, long[] into) {
    return 31L * view.get(into).capacity() + Arrays.hashCode(into);
  }

  private void compare() {
    kinds.put("mismatch", view -> readable(view).mismatch(readable(same)));
    kinds.put("equals", view -> readable(view).equals(readable(same)) ? 1 : 0);
    kinds.put("compareTo", view -> readable(view).compareTo(readable(same)));
    kinds.put("hashCode", view -> readable(view).hashCode());
    kinds.put(
        "asLongBuffer mismatch",
        view -> readable(view).asLongBuffer().mismatch(readable(same).asLongBuffer()));
  }

  private void readThroughVarHandle() {
    kinds.put("VarHandle get", view -> sum(view, i -> (long) LONGS.get(view, i)));
    kinds.put("VarHandle getOpaque", view -> sum(view, i -> (long) LONGS.getOpaque(view, i)));
    kinds.put("VarHandle getAcquire", view -> sum(view, i -> (long) LONGS.getAcquire(view, i)));
    kinds.put("VarHandle getVolatile", view -> sum(view, i -> (long) LONGS.getVolatile(view, i)));
  }

  private void writeElements() {
    kinds.put("put", view -> each(view, i -> view.put(i, marker).get(i)));
    kinds.put("putShort", view -> each(view, i -> view.putShort(i, marker).getShort(i)));
    kinds.put("putChar", view -> each(view, i -> view.putChar(i, (char) marker).getChar(i)));
    kinds.put("putInt", view -> each(view, i -> view.putInt(i, marker).getInt(i)));
    kinds.put("putLong", view -> each(view, i -> view.putLong(i, marker).getLong(i)));
    kinds.put("putFloat", view -> each(view, i -> (long) view.putFloat(i, marker).getFloat(i)));
    kinds.put("putDouble", view -> each(view, i -> (long) view.putDouble(i, marker).getDouble(i)));
    kinds.put("relative put", view -> relativePut(writable(view)));
    kinds.put("loop of put", this::putEveryByte);
  }

  private static long each(ByteBuffer view, IntToLongFunction element) {
    long sum = 0;
    for (int i = half(view.capacity()); i < view.capacity(); i += STRIDE) {
      sum += element.applyAsLong(i);
    }
    return sum;
  }

  private long relativePut(ByteBuffer window) {
    while (window.hasRemaining()) {
      window.put(marker);
    }
    return window.position();
  }

  // C2 turns it into a call of its fill stub.
  private long putEveryByte(ByteBuffer view) {
    int start = bulkStart(half(view.capacity()), view.capacity());
    for (int i = start; i < start + BULK; i++) {
      view.put(i, marker);
    }
    return 0;
  }

  private void writeInBulk() {
    ByteBuffer direct = ByteBuffer.allocateDirect(BULK).put(bytes).flip();
    kinds.put("bulk put", view -> writable(view).put(bytes).position());
    kinds.put(
        "absolute bulk put",
        view -> view.put(half(view.capacity()), bytes, 0, bytes.length).capacity());
    kinds.put("put a direct buffer", view -> writable(view).put(direct.duplicate()).position());
    kinds.put("put a heap buffer", view -> writable(view).put(ByteBuffer.wrap(bytes)).position());
    kinds.put("put itself", view -> writable(view).put(readable(view)).position());
    kinds.put("compact", view -> writable(view).slice().position(BULK / 2).compact().position());
  }

  private void writeThroughViews() {
    int middle = BULK / 2;
    kinds.put("slice put", view -> writable(view).slice().put(middle, marker).get(middle));
    kinds.put("asLongBuffer put", view -> writable(view).asLongBuffer().put(1, marker + 1L).get(1));
    kinds.put("asLongBuffer bulk put", view -> writable(view).asLongBuffer().put(longs).position());
    kinds.put(
        "asCharBuffer put",
        view -> writable(view).asCharBuffer().put(chars, 0, middle / Character.BYTES).position());
    kinds.put("UTF-8 encode", view -> encode(writable(view)));
  }

  private long encode(ByteBuffer output) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    return encoder.encode(CharBuffer.wrap(chars), output, /* endOfInput= */ true).isError() ? 1 : 0;
  }

  private void writeThroughVarHandle() {
    kinds.put("VarHandle set", view -> each(view, i -> set(() -> LONGS.set(view, i, 1L + marker))));
    kinds.put(
        "VarHandle setOpaque",
        view -> each(view, i -> set(() -> LONGS.setOpaque(view, i, 2L + marker))));
    kinds.put(
        "VarHandle setRelease",
        view -> each(view, i -> set(() -> LONGS.setRelease(view, i, 3L + marker))));
    kinds.put(
        "VarHandle setVolatile",
        view -> each(view, i -> set(() -> LONGS.setVolatile(view, i, 4L + marker))));
  }

  private static long set(Runnable setter) {
    setter.run();
    return 1;
  }

  private void swapThroughVarHandle() {
    kinds.put("VarHandle compareAndSet", view -> each(view, i -> compareAndSet(view, i)));
    kinds.put(
        "VarHandle compareAndExchange",
        view -> each(view, i -> (long) LONGS.compareAndExchange(view, i, -1L, 0L)));
    // Added and taken away again: the same however often it is done.
    kinds.put("VarHandle getAndAdd", view -> each(view, i -> add(view, i, 9) + add(view, i, -9)));
    kinds.put("VarHandle getAndSet", view -> each(view, i -> getAndSet(view, i)));
    kinds.put(
        "VarHandle getAndBitwiseOr",
        view -> each(view, i -> (long) LONGS.getAndBitwiseOr(view, i, 0L)));
  }

  private long compareAndSet(ByteBuffer view, int index) {
    long current = (long) LONGS.getVolatile(view, index);
    return LONGS.compareAndSet(view, index, current, 5L + marker) ? 1 : 0;
  }

  private static long add(ByteBuffer view, int index, long what) {
    return (long) LONGS.getAndAdd(view, index, what);
  }

  private long getAndSet(ByteBuffer view, int index) {
    LONGS.setVolatile(view, index, 6L + marker);
    return (long) LONGS.getAndSet(view, index, 7L + marker);
  }
}
