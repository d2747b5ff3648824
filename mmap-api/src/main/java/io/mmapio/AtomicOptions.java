// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.commit.JournalFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a file whose changes are committed all or none. Created by {@link
 * Mmap#atomic}. An object of this class is immutable: every method returns new options.
 */
public final class AtomicOptions {
  /** So that each half has room for the smallest commit on the largest pages that there are. */
  private static final long LEAST = 1L << 18;

  private final Path file;
  private final @Nullable Path journal;
  private final long journalSize;
  private final boolean anyFile;

  AtomicOptions(Path file) {
    this(file, null, JournalFile.DEFAULT_SIZE, false);
  }

  private AtomicOptions(Path file, @Nullable Path journal, long journalSize, boolean anyFile) {
    this.file = file;
    this.journal = journal;
    this.journalSize = journalSize;
    this.anyFile = anyFile;
  }

  /**
   * Keeps the journal somewhere else, for example on a faster disk. All who open the file must name
   * the same journal: it is what keeps two of them from committing at the same time, and a file
   * that is opened with another journal is not recovered.
   *
   * @param path of the journal, in an existing directory; the default is the path of the file,
   *     without symbolic links, with {@code -journal} after its name
   * @return new options
   */
  public AtomicOptions journal(Path path) {
    return new AtomicOptions(file, Objects.requireNonNull(path, "path"), journalSize, anyFile);
  }

  /**
   * Sets the size of the journal. When half of it has been written, the file is made durable, which
   * takes as long as writing the pages that have changed since. A large journal makes that seldom,
   * and recovery longer. A commit that is larger than half of the journal makes it longer until it
   * is closed.
   *
   * @param bytes at least 256 KiB; the default is twice the size of the file, but at least 4 MiB
   *     and at most 64 MiB
   * @return new options
   * @throws IllegalArgumentException if it is less
   */
  public AtomicOptions journalSize(long bytes) {
    if (bytes < LEAST || bytes > Long.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "a journal has at least " + LEAST + " bytes, not " + bytes);
    }
    return new AtomicOptions(file, journal, bytes, anyFile);
  }

  /**
   * Accepts a journal with commits that were made to another file of the same size. The number of
   * the file in its file system tells (see stat(2)). A file and a journal that were copied together
   * need this, for example from a backup of a machine that had crashed.
   *
   * @return new options
   */
  public AtomicOptions acceptCopied() {
    return new AtomicOptions(file, journal, journalSize, true);
  }

  /**
   * Opens the file, creates its journal if there is none, and recovers the file: it then contains
   * all commits that had been made, and nothing of one that had not.
   *
   * <p>Costs mapping the file, and a new journal its size in writes and three syncs. After a crash,
   * up to the whole journal is written to the file, and synced.
   *
   * @return an open region, which the caller must close
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws java.nio.file.AccessDeniedException if the file or its journal may not be written
   * @throws java.nio.file.FileSystemException if an open {@code AtomicRegion} of this or another
   *     process has the file; if the journal is damaged, of another version, or has commits of
   *     another file, in which case neither file was changed
   * @throws MmapException if the disk has no room for the journal, or the operating system reports
   *     another error
   * @throws IOException if the file cannot be opened or locked
   * @throws NoBackendException if there is no backend for this platform
   */
  public AtomicRegion open() throws IOException {
    return new AtomicOpening().open(file, journal, journalSize, anyFile);
  }
}
