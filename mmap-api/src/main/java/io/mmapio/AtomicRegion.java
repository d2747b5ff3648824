// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.commit.Committer;
import io.mmapio.internal.commit.FileOwner;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A mapped file whose changes are committed all or none. Changes are made through views of {@link
 * #region()} and are private until {@link #commit()}: it makes them durable as one, and writes them
 * to the file. A power cut, {@code kill -9} or error at any moment leaves all of a commit or
 * nothing of it, and the next {@link AtomicOptions#open()} restores that.
 *
 * <pre>{@code
 * try (AtomicRegion accounts = Mmap.atomic(Path.of("accounts.dat")).open()) {
 *   ByteBuffer view = accounts.region().buffer();
 *   view.putLong(from, view.getLong(from) - amount);
 *   view.putLong(to, view.getLong(to) + amount);
 *   accounts.commit();
 * }
 * }</pre>
 *
 * <p><b>How.</b> The file is mapped {@link Access#COPY_ON_WRITE}, so the operating system keeps a
 * private copy of each page that is written. A commit finds these pages, appends them to a journal
 * with a checksum, syncs the journal (that is the moment of the commit), writes them to the file
 * without syncing it, and drops the copies. When half of the journal has been written, the file is
 * synced. Whole pages are committed: a change of one byte costs a page in the journal and in the
 * file.
 *
 * <p><b>Cost.</b> Memory: the changed pages, and up to 8 MiB. A commit costs a search for changed
 * pages, one sync of the journal, and a write of the changed pages to the journal and the file. The
 * search asks Linux, and costs some 10 nanoseconds for each page that is mapped. Where the kernel
 * does not tell (Windows, macOS, a Linux sandbox without /proc), every page is compared with the
 * file, which costs about as much as reading the file twice.
 *
 * <p><b>Threads.</b> Any thread may read and write views at any time but one: nobody may write a
 * view while {@link #commit()}, {@link #rollback()} or {@link #close()} runs. Such a store may be
 * lost, or be part of the commit. Readers may go on: they see the committed state, or the new one
 * where it was written. Commits, rollbacks and {@code close()} wait for one another.
 *
 * <p><b>Other users of the file.</b> One {@code AtomicRegion} can have a file open at a time, on
 * the machine; another one is refused. Whoever reads the file in another way while a commit is
 * written to it may see a part of it. Nobody else may write or truncate the file while it is open,
 * nor after a crash before it was opened again. The journal belongs to the file: copy or move both,
 * and never delete the journal after a crash. After {@link #close()} it is empty, and may be
 * deleted.
 *
 * <p>The file keeps the size that it had when it was opened. It should have storage for all its
 * pages (see {@link MapOptions#extend()}): if the disk is full when a commit is written to a hole
 * of the file, the commit is durable, but this object has to be opened again when there is room.
 */
public final class AtomicRegion implements AutoCloseable {
  private final FileOwner owner;
  private final MappedRegion file;
  private final MappedRegion journal;
  private final MappedRegion region;
  private final Committer committer;
  private final ReentrantLock lock = new ReentrantLock(); // of committer
  private boolean closed;

  AtomicRegion(
      FileOwner owner,
      MappedRegion file,
      MappedRegion journal,
      MappedRegion region,
      Committer committer) {
    this.owner = owner;
    this.file = file;
    this.journal = journal;
    this.region = region;
    this.committer = committer;
  }

  /**
   * Returns the region, for views and everything else but closing it.
   *
   * @return the whole file, {@link Access#COPY_ON_WRITE}; the same object each time. {@link
   *     Pages#discard()} takes back the changes of a range. If it is closed, nothing can be
   *     committed any more
   */
  public MappedRegion region() {
    return region;
  }

  /**
   * Commits all changes since the last commit or rollback. When this method returns, they are
   * durable. If nothing has changed, nothing is written.
   *
   * <p>If this method throws, later calls tell the outcome. An exception before the journal was
   * complete, for example on a full disk or a truncated file, leaves everything as it was: the
   * changes are still in the views, and may be committed again or rolled back. After a failed sync,
   * or if the file could not be written, every later call throws. The commit is then durable or
   * not, as a whole; no earlier commit is lost. Close this object and open the file again.
   *
   * <p>This method blocks while the disk writes. An interrupt does not end it.
   *
   * @return bytes in the pages that were committed, zero if nothing has changed
   * @throws LostPageException if the file has become shorter
   * @throws MmapException if the operating system reports an error
   * @throws IOException if the journal was deleted, or was replaced more than 20 milliseconds ago,
   *     or an earlier commit has failed
   * @throws IllegalStateException if this object or its region is closed
   */
  public long commit() throws IOException {
    lock.lock();
    try {
      requireOpen();
      owner.requireJournal();
      return committer.commit();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Throws away all changes since the last commit or rollback: the views read as the file again.
   * Costs a search for the changed pages, and no writing.
   *
   * @throws MmapException if the operating system reports an error
   * @throws IOException if an earlier commit has failed
   * @throws IllegalStateException if this object or its region is closed
   */
  public void rollback() throws IOException {
    lock.lock();
    try {
      requireOpen();
      committer.rollback();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether this object is open.
   *
   * @return false once {@link #close()} has been called
   */
  public boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("closed: " + this);
    }
  }

  /**
   * Closes the region, without committing: what was changed since the last commit is lost. Views
   * read zeros then. Makes the file durable and its journal empty, unless nothing was committed;
   * waits for a commit in progress. Closing a closed object does nothing.
   *
   * @throws MmapException if the file could not be made durable. This object is closed all the
   *     same, and nothing that was committed is lost: opening the file again recovers it
   * @throws IOException if the operating system reports another error
   */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        closeAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeAll() throws IOException {
    // Closing the journal ends the lock of this process on it, so it is the last.
    try (owner;
        journal;
        file;
        region) {
      committer.finish();
    }
  }

  @Override
  public String toString() {
    return "AtomicRegion[" + file + "]";
  }
}
