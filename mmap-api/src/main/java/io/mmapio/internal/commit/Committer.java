// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Commits and rolls back, one at a time. */
public final class Committer {
  private final PrivatePages pages;
  private final Storage file;
  private final Journal journal;
  private boolean committed; // since the journal was empty
  private boolean applied; // since the file was durable
  private @Nullable Throwable broken;

  /**
   * Opens the journal, and recovers the file.
   *
   * @param pages that will be committed; not used yet
   * @throws IOException if the file cannot be recovered
   */
  public Committer(PrivatePages pages, Storage file, Storage journal, Recovery.Terms terms)
      throws IOException {
    this.pages = pages;
    this.file = file;
    this.journal = Recovery.open(journal, file, terms);
  }

  /**
   * Makes all changes durable and writes them to the file.
   *
   * @return bytes in the pages that have changed
   * @throws IOException if it failed. Unless {@link #requireUsable} fails from then on, nothing has
   *     changed
   */
  public long commit() throws IOException {
    requireUsable();
    Runs runs = pages.find();
    if (runs.count() > 0) {
      makeRoom(JournalRecord.length(runs));
      commit(journal.append(runs, pages));
      pages.dropCopies(runs);
    }
    return runs.total();
  }

  private void makeRoom(long length) throws IOException {
    if (!journal.hasRoom(length)) {
      checkpoint();
      journal.turn(length);
    }
  }

  private void commit(JournalRecord record) throws IOException {
    committed = true;
    try {
      journal.complete(record);
      applied = true;
      journal.apply(record, file);
    } catch (IOException | RuntimeException | Error e) {
      broken = e;
      throw e;
    }
  }

  /** Makes the file durable: what the journal says is then no longer needed. */
  private void checkpoint() throws IOException {
    if (!applied) {
      return;
    }
    try {
      file.sync(0, file.size());
      applied = false;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }

  /** Throws away all changes. */
  public void rollback() throws IOException {
    requireUsable();
    pages.dropChanges(pages.find());
  }

  /** Makes the file durable and the journal empty. After a failure, both stay as they are. */
  public void finish() throws IOException {
    if (broken == null && committed) {
      checkpoint();
      journal.restart();
      journal.trim();
    }
  }

  private void requireUsable() throws IOException {
    if (broken != null) {
      throw new IOException(
          "an earlier commit has failed; what it says is durable or not, as a whole: close this"
              + " region and open the file again, which recovers it",
          broken);
    }
  }
}
