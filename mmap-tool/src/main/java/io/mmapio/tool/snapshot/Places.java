// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

/** Where the files of a snapshot are in it, by numbers that stand for their paths. */
final class Places {
  /** Bits for the index in a block; a megabyte has room for no more files. */
  private static final int INDEX_BITS = 20;

  private long[] keys = new long[1024];
  private long[] places = new long[1024];
  private int[] numbers = new int[1024];
  private int size;

  void put(long key, int block, int index, long number) {
    if (2 * size >= keys.length) {
      grow();
    }
    int slot = slot(key);
    keys[slot] = key;
    places[slot] = (((long) block << INDEX_BITS) | index) + 1;
    numbers[slot] = (int) number;
    size++;
  }

  /** Returns the slot of a key, or less than zero. */
  int find(long key) {
    int slot = slot(key);
    return places[slot] == 0 ? -1 : slot;
  }

  int block(int slot) {
    return (int) ((places[slot] - 1) >> INDEX_BITS);
  }

  int index(int slot) {
    return (int) ((places[slot] - 1) & ((1 << INDEX_BITS) - 1));
  }

  long number(int slot) {
    return numbers[slot];
  }

  private int slot(long key) {
    int at = (int) (key >>> 20) & (keys.length - 1);
    while (places[at] != 0 && keys[at] != key) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldPlaces = places;
    int[] oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    places = new long[keys.length];
    numbers = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldPlaces[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        places[slot] = oldPlaces[i];
        numbers[slot] = oldNumbers[i];
      }
    }
  }
}
