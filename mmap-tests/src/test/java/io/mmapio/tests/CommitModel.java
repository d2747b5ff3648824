// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A program that changes, commits and rolls back at random, and compares with an array. */
final class CommitModel {
  private static final int STEPS = 200;

  private CommitModel() {}

  /** Arguments: the file, and a seed. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    int page = Math.toIntExact(Mmap.pageSize());
    Bytes.patterned(file, 70 * page + page / 3);
    byte[] committed = Files.readAllBytes(file);
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(1 << 20).open()) {
      ByteBuffer view = atomic.region().buffer();
      for (int step = 0; step < STEPS; step++) {
        byte[] changed = committed.clone();
        for (int some = random.nextInt(9); some > 0; some--) {
          int at = random.nextInt(changed.length);
          changed[at] = (byte) random.nextInt();
          view.put(at, changed[at]);
        }
        if (random.nextInt(3) == 0) {
          atomic.rollback();
        } else {
          atomic.commit();
          committed = changed;
        }
        requireSame(committed, view, file);
      }
      if (atomic.commit() != 0) {
        throw new AssertionError("something has changed");
      }
    }
    System.out.println("as it should");
  }

  private static void requireSame(byte[] expected, ByteBuffer view, Path file) throws IOException {
    byte[] seen = new byte[expected.length];
    view.get(0, seen);
    if (!Arrays.equals(expected, seen) || !Arrays.equals(expected, Files.readAllBytes(file))) {
      throw new AssertionError("the view or the file is another");
    }
  }
}
