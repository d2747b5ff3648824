// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The right to commit to a file, which one region of one process has at a time: a lock of its
 * journal.
 *
 * <p>POSIX gives up the locks of a process on a file when it closes any descriptor of it. So
 * nothing of this library opens the journal of a file that is owned in this process, and what has
 * to be opened to find that out stays open.
 */
public final class FileOwner implements AutoCloseable {
  /**
   * How long the file of the journal's name is believed to be the journal. Linux tells which file
   * it is together with its times, and once they were asked for, the next write changes its inode,
   * which the sync of a commit then has to write too. That there is such a file is told without.
   */
  private static final long BELIEVED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Channels that could not be closed without ending the lock of another copy of this class. */
  private static final Map<Path, FileChannel> KEPT = new HashMap<>();

  private static final Map<Path, WeakReference<FileOwner>> OWNERS = new HashMap<>();

  private final Path journal;
  private final FileChannel channel;
  private final @Nullable Object key;
  private long askedAt;

  private FileOwner(Path journal, FileChannel channel) throws IOException {
    this.journal = journal;
    this.channel = channel;
    this.key = key(journal);
    this.askedAt = System.nanoTime();
  }

  /**
   * Takes the right, and creates an empty journal if there is none.
   *
   * @param journal a path without links
   * @throws FileSystemException if somebody else has it
   */
  public static FileOwner of(Path journal) throws IOException {
    synchronized (OWNERS) {
      WeakReference<FileOwner> owner = OWNERS.get(journal);
      if (owner != null && owner.get() != null) {
        throw taken(journal, "this process");
      }
      FileOwner made = locked(journal);
      OWNERS.put(journal, new WeakReference<>(made));
      return made;
    }
  }

  private static FileOwner locked(Path journal) throws IOException {
    FileChannel kept = KEPT.remove(journal);
    FileChannel channel =
        kept != null
            ? kept
            : FileChannel.open(
                journal,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    FileLock lock;
    try {
      // Far behind the contents, which a lock on Windows would keep everybody from reading.
      lock = channel.tryLock(Long.MAX_VALUE - 1, 1, /* shared= */ false);
    } catch (OverlappingFileLockException e) {
      KEPT.put(journal, channel);
      throw taken(journal, "this process");
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      channel.close();
      throw taken(journal, "another process");
    }
    return new FileOwner(journal, channel);
  }

  private static FileSystemException taken(Path journal, String who) {
    return new FileSystemException(
        journal.toString(), null, "an AtomicRegion of " + who + " has the file open");
  }

  private static @Nullable Object key(Path journal) throws IOException {
    return Files.readAttributes(journal, BasicFileAttributes.class).fileKey();
  }

  /**
   * Refuses to go on if the journal has no name any more: what it says would never be read. Called
   * by one thread at a time.
   *
   * @throws FileSystemException if the journal was deleted or renamed, or was replaced some
   *     milliseconds ago
   */
  public void requireJournal() throws IOException {
    long now = System.nanoTime();
    if (now - askedAt > BELIEVED_NANOS || !Files.exists(journal)) {
      requireSame();
      askedAt = now; // not after a failure: a journal that is gone stays so
    }
  }

  private void requireSame() throws IOException {
    Object now = null;
    try {
      now = key(journal);
    } catch (NoSuchFileException e) {
      throw gone(e);
    }
    if (!Objects.equals(key, now)) {
      throw gone(null);
    }
  }

  private FileSystemException gone(@Nullable IOException cause) {
    FileSystemException e =
        new FileSystemException(
            journal.toString(),
            null,
            "the journal was deleted or replaced, so nothing can be committed: close the region,"
                + " which keeps what was committed, and open the file again");
    e.initCause(cause);
    return e;
  }

  /** Makes the name of a new file durable, where a directory can be synced. */
  public void syncDirectory() throws IOException {
    Path directory = Objects.requireNonNull(journal.getParent());
    FileChannel names;
    try {
      names = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      return; // Windows opens no directory, and needs no sync of it
    }
    try (names) {
      names.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (OWNERS) {
      OWNERS.remove(journal);
      channel.close();
    }
  }
}
