// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

/**
 * The numbers of the files of a snapshot, by keys that stand for their paths: 24 bytes for each.
 */
final class Places {
  private final long[] keys;

  /** The number plus one, as zero stands for nothing. */
  private final int[] numbers;

  Places(long files) {
    long slots = Math.max(16, Long.highestOneBit(Math.max(1, files)) << 1);
    if (slots > 1 << 30) {
      throw new IllegalArgumentException(files + " files are too many to compare");
    }
    boolean isFull = files > slots * 3 / 4;
    keys = new long[(int) (isFull ? 2 * slots : slots)];
    numbers = new int[keys.length];
  }

  void put(long key, int number) {
    int slot = slot(key);
    keys[slot] = key;
    numbers[slot] = number + 1;
  }

  /** Returns the number of a key, or less than zero. */
  int find(long key) {
    return numbers[slot(key)] - 1;
  }

  private int slot(long key) {
    int at = (int) (key >>> 20) & (keys.length - 1);
    while (numbers[at] != 0 && keys[at] != key) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }
}
