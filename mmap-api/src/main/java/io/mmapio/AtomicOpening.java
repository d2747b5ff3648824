// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.commit.Committer;
import io.mmapio.internal.commit.FileOwner;
import io.mmapio.internal.commit.JournalFile;
import io.mmapio.internal.commit.MappedPages;
import io.mmapio.internal.commit.MappedStorage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens an {@link AtomicRegion} step by step, and takes every step back if a later one fails. */
final class AtomicOpening {
  private @Nullable FileOwner owner;
  private @Nullable MappedRegion file;
  private @Nullable MappedRegion journal;
  private @Nullable MappedRegion region;

  AtomicRegion open(Path path, @Nullable Path journalPath, long journalSize, boolean anyFile)
      throws IOException {
    boolean interrupted = Thread.interrupted(); // which would close channels
    boolean done = false;
    try {
      Path real = path.toRealPath();
      Path log = JournalFile.path(real, journalPath);
      // The file first: without it, no journal is made.
      MappedRegion file = Mmap.map(real, Access.READ_WRITE);
      this.file = file;
      FileOwner owner = FileOwner.of(log);
      this.owner = owner;
      JournalFile terms = new JournalFile(real, file.size(), journalSize, anyFile);
      long capacity = terms.most(log, Mmap.pageSize());
      MappedRegion journal = Mmap.file(log).access(Access.READ_WRITE).capacity(capacity).map();
      this.journal = journal;
      MappedRegion region =
          Mmap.file(real).access(Access.COPY_ON_WRITE).range(0, file.size()).map();
      this.region = region;
      Committer committer = committer(terms, log, file, journal, region);
      owner.syncDirectory();
      AtomicRegion made = new AtomicRegion(owner, file, journal, region, committer);
      done = true;
      return made;
    } finally {
      if (!done) {
        abandon();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Committer committer(
      JournalFile terms, Path log, MappedRegion file, MappedRegion journal, MappedRegion region)
      throws IOException {
    MappedStorage contents = new MappedStorage(file, file.mapping());
    MappedPages pages = new MappedPages(region, region.mapping(), contents);
    try {
      return new Committer(
          pages, contents, new MappedStorage(journal, journal.mapping()), terms.terms());
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      FileSystemException named = new FileSystemException(log.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private void abandon() throws IOException {
    for (MappedRegion mapped : new @Nullable MappedRegion[] {region, journal, file}) {
      if (mapped != null) {
        mapped.close();
      }
    }
    if (owner != null) {
      owner.close();
    }
  }
}
