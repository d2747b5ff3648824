// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;

/**
 * Where bytes go: one of ours or a peer. A benchmark's JVM makes one kind only, so that the
 * compiler sees one implementation and inlines it.
 *
 * <p>Work comes in batches of {@link #BATCH} bytes, which is what a C++ loop is called for once.
 */
abstract class Target implements AutoCloseable {
  /** Bytes of a batch: a quarter of the L2 cache of a usual core. */
  static final int BATCH = 256 << 10;

  static final int WORDS = BATCH / Long.BYTES;

  final long size;

  Target(long size) {
    this.size = size;
  }

  abstract void putLong(long offset, long value) throws IOException;

  abstract long getLong(long offset) throws IOException;

  /** Makes what {@link #putRecord} writes. */
  abstract void prepare(int length);

  abstract void putRecord(long offset) throws IOException;

  @Override
  public abstract void close() throws IOException;

  /** Whether each access is a system call. */
  boolean isSlow() {
    return false;
  }

  /** Stores {@link #WORDS} words all over the place. */
  void storeRandomly(long seed) throws IOException {
    long random = seed;
    long words = size / Long.BYTES;
    for (int i = 0; i < WORDS; i++) {
      random = next(random);
      putLong(word(random, words) * Long.BYTES, i);
    }
  }

  /** Loads {@link #WORDS} words from all over the place. */
  long loadRandomly(long seed) throws IOException {
    long random = seed;
    long words = size / Long.BYTES;
    long sum = 0;
    for (int i = 0; i < WORDS; i++) {
      random = next(random);
      sum += getLong(word(random, words) * Long.BYTES);
    }
    return sum;
  }

  /** Stores {@link #WORDS} words in a row. */
  void storeSequentially(long offset) throws IOException {
    for (int i = 0; i < WORDS; i++) {
      putLong(offset + (long) i * Long.BYTES, i);
    }
  }

  /** Stores records in a row. */
  void storeRecords(long offset, int length, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      putRecord(offset + (long) i * length);
    }
  }

  /** Marsaglia's xorshift64: the same here and in C++. */
  static long next(long seed) {
    long random = seed;
    random ^= random << 13;
    random ^= random >>> 7;
    return random ^ (random << 17);
  }

  /** A word's index from a random number. */
  static long word(long random, long words) {
    return ((random >>> 32) * words) >>> 32;
  }
}
