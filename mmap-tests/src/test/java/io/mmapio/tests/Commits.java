// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * A file whose contents follow from a seed and the number of commits. Each commit writes some
 * pages, always the first one, and what it writes is different in every page and commit. So a file
 * tells how many commits it has, and whether it has a part of another one.
 */
final class Commits {
  /** Pages of the file. */
  static final int PAGES = 300;

  private static final int USUAL = 20;

  private final long seed;
  private final int pageSize;

  Commits(long seed, long pageSize) {
    this.seed = seed;
    this.pageSize = Math.toIntExact(pageSize);
  }

  int size() {
    return PAGES * pageSize;
  }

  /** Makes the changes of a commit. */
  void write(ByteBuffer file, long number) {
    for (int page : pages(number)) {
      byte[] content = content(number, page);
      file.put(page * pageSize, content, 0, content.length);
    }
  }

  private int[] pages(long number) {
    Random random = new Random(seed + number);
    int some = random.nextInt(30) == 0 ? PAGES : 1 + random.nextInt(USUAL);
    int[] pages = new int[some];
    for (int i = 1; i < some; i++) {
      pages[i] = random.nextInt(PAGES);
    }
    return pages;
  }

  /** Zeros where nothing was committed yet. */
  private byte[] content(long number, int page) {
    ByteBuffer content = ByteBuffer.allocate(pageSize);
    long word = seed ^ number * 0x9E37_79B9_7F4A_7C15L ^ page;
    content.putLong(number);
    while (number > 0 && content.hasRemaining()) {
      word = word * 6_364_136_223_846_793_005L + 1;
      content.putLong(word);
    }
    return content.array();
  }

  /** Returns how many commits a file has, or -1 if it has a part of one. */
  long whole(ByteBuffer file) {
    long number = file.getLong(0);
    long[] last = new long[PAGES];
    for (long each = 1; each <= number; each++) {
      for (int page : pages(each)) {
        last[page] = each;
      }
    }
    byte[] found = new byte[pageSize];
    for (int page = 0; page < PAGES; page++) {
      file.get(page * pageSize, found, 0, pageSize);
      if (!Arrays.equals(found, content(last[page], page))) {
        return -1;
      }
    }
    return number;
  }
}
