// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file a journal is for, and how large it is to be.
 *
 * @param file the file
 * @param fileSize in bytes
 * @param journalSize in bytes, or {@link #DEFAULT_SIZE}
 * @param anyFile whether the journal may be that of a file with another number
 */
public record JournalFile(Path file, long fileSize, long journalSize, boolean anyFile) {
  /** In place of a size: a small file has a small journal. */
  public static final long DEFAULT_SIZE = 0;

  private static final long LEAST = 4L << 20;

  /**
   * The more pages wait for the disk, the less time each of them takes: in a file of 256 MiB, 11 µs
   * with a journal of 32 MiB, 9 µs with 64 MiB, 6 µs with 128 MiB.
   */
  private static final long MOST = 64L << 20;

  /** The path of a journal, which is the same whichever links lead to the file. */
  public static Path path(Path file, @Nullable Path chosen) throws IOException {
    Path journal =
        chosen == null
            ? file.resolveSibling(Objects.requireNonNull(file.getFileName()) + "-journal")
            : chosen.toAbsolutePath();
    if (Files.exists(journal)) {
      return journal.toRealPath();
    }
    Path directory = Objects.requireNonNull(journal.getParent()).toRealPath();
    return directory.resolve(Objects.requireNonNull(journal.getFileName()));
  }

  /** For recovery. */
  public Recovery.Terms terms() throws IOException {
    return new Recovery.Terms(fileSize, number(), areaSize(), anyFile);
  }

  private long areaSize() {
    long chosen = journalSize != DEFAULT_SIZE ? journalSize : Math.max(LEAST, doubled(fileSize));
    return Blocks.roundUp(chosen / 2);
  }

  private static long doubled(long size) {
    return size > MOST / 2 ? MOST : 2 * size;
  }

  /** The largest size of the journal: with the largest commit that there can be. */
  public long most(Path journal, long pageSize) throws IOException {
    long largest = JournalHeader.END + 2 * areaSize() + JournalRecord.most(fileSize, pageSize);
    return Math.max(Files.size(journal), largest);
  }

  private long number() throws IOException {
    try {
      return file.getFileSystem().supportedFileAttributeViews().contains("unix")
          ? ((Number) Files.getAttribute(file, "unix:ino")).longValue()
          : 0;
    } catch (UnsupportedOperationException e) {
      return 0;
    }
  }
}
