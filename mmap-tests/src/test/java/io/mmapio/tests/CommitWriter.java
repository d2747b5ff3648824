// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.AtomicRegion;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A program that commits until it is killed, and says on its output how many commits are durable: a
 * number a line, said when {@code commit} has returned and not before.
 */
final class CommitWriter {
  /** So small that it turns after a few commits, and that some commits are larger. */
  static final long JOURNAL = 1 << 20;

  private static final long MOST = 20_000;

  private CommitWriter() {}

  /** Arguments: the file, a seed, and "commit", or "store" to do it without commits. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Commits commits = new Commits(Long.parseLong(args[1]), Mmap.pageSize());
    System.out.println("opening");
    if (args[2].equals("store")) {
      store(file, commits);
      return;
    }
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(JOURNAL).open()) {
      ByteBuffer view = atomic.region().buffer();
      for (long number = view.getLong(0) + 1; number <= MOST; number++) {
        commits.write(view, number);
        atomic.commit();
        System.out.println(number);
      }
    }
    System.out.println("full");
  }

  /** What programs do that have no commits. */
  private static void store(Path file, Commits commits) throws IOException {
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer view = region.buffer();
      for (long number = view.getLong(0) + 1; number <= MOST; number++) {
        commits.write(view, number);
        region.sync();
        System.out.println(number);
      }
    }
  }
}
