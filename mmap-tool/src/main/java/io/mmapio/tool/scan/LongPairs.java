// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

/** A set of pairs of numbers, without an object for each. */
final class LongPairs {
  private long[] table = new long[64];
  private int size;

  /** Adds a pair; false if it was there. */
  boolean add(long first, long second) {
    if (4 * size >= table.length) {
      grow();
    }
    int slot = slot(table, first, second);
    if (table[slot + 1] != 0) {
      return false;
    }
    put(table, slot, first, second);
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i + 1] != 0) {
        long second = table[i + 1] - 1;
        put(larger, slot(larger, table[i], second), table[i], second);
      }
    }
    table = larger;
  }

  /** The second is kept plus one, as zero stands for nothing; no inode has the number -1. */
  private static void put(long[] table, int slot, long first, long second) {
    table[slot] = first;
    table[slot + 1] = second + 1;
  }

  private static int slot(long[] table, long first, long second) {
    int mask = table.length / 2 - 1;
    long hash = (first * 31 + second) * 0x9E3779B97F4A7C15L;
    int at = (int) (hash >>> 32) & mask;
    while (table[2 * at + 1] != 0 && !(table[2 * at] == first && table[2 * at + 1] == second + 1)) {
      at = (at + 1) & mask;
    }
    return 2 * at;
  }
}
