// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.BulkCopy;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pages of a copy-on-write region that were changed: by asking the kernel which pages are
 * private, or by comparing with the file.
 */
final class ChangeFinder {
  private final Mapping mapping;
  private final BulkCopy copies;
  private final Storage file;
  private final long[] answers = new long[MmapBackend.CHANGE_ELEMENTS];
  private boolean asks = true; // until the OS says that it does not tell
  private @Nullable ByteBuffer shown;
  private @Nullable ByteBuffer stored;

  ChangeFinder(Mapping mapping, BulkCopy copies, Storage file) {
    this.mapping = mapping;
    this.copies = copies;
    this.file = file;
  }

  /**
   * Finds the changed pages.
   *
   * @param keepsCopies whether pages stay private that the file has by now
   */
  Runs find(boolean keepsCopies) throws IOException {
    Runs pages = asks ? asked() : null;
    if (pages == null) {
      asks = false;
      return different(everything());
    }
    return keepsCopies ? different(pages) : pages;
  }

  private Runs everything() throws IOException {
    Runs runs = new Runs();
    if (mapping.size() > 0) {
      runs.add(0, mapping.size());
    }
    return runs;
  }

  /** The private pages, or null if the OS does not tell. */
  private @Nullable Runs asked() throws IOException {
    Runs runs = new Runs();
    long start = mapping.geometry().start(0);
    long bytes = mapping.geometry().span(0, mapping.size());
    for (long at = start; at < start + bytes; ) {
      long from = at;
      long left = start + bytes - at;
      long found = mapping.calling(() -> mapping.os.privatePages(from, left, answers));
      if (found == MmapBackend.UNSUPPORTED) {
        return null;
      }
      mapping.check("commit", found, 0, mapping.size());
      for (int i = 0; i < found; i++) {
        add(answers[2 * i] - start, answers[2 * i + 1], runs);
      }
      at = answers[answers.length - 1];
    }
    return runs;
  }

  /** Whole pages, which may be larger than those of the answer, and not past the end. */
  private void add(long offset, long length, Runs runs) throws IOException {
    long page = mapping.os.pageSize();
    long from = Math.max(offset & -page, runs.end());
    long to = Math.min(offset + length + page - 1 & -page, mapping.size());
    if (to > from) {
      runs.add(from, to - from);
    }
  }

  /** The pages of these parts that differ from the file. */
  private Runs different(Runs runs) throws IOException {
    Runs found = new Runs();
    for (int i = 0; i < runs.count(); i++) {
      long end = runs.offset(i) + runs.length(i);
      for (long at = runs.offset(i); at < end; at += Journal.CHUNK) {
        compare(at, (int) Math.min(Journal.CHUNK, end - at), found);
      }
    }
    return found;
  }

  private void compare(long offset, int length, Runs found) throws IOException {
    shown = room(shown);
    stored = room(stored);
    copies.copy(offset, shown.clear().limit(length), /* in= */ false);
    file.read(offset, stored.clear().limit(length));
    int page = (int) mapping.os.pageSize();
    shown.rewind();
    stored.rewind();
    for (int at = 0; at < length; ) {
      int difference = shown.position(at).mismatch(stored.position(at));
      if (difference < 0) {
        return;
      }
      int start = at + difference & -page;
      at = Math.min(start + page, length);
      found.add(offset + start, at - start);
    }
  }

  private static ByteBuffer room(@Nullable ByteBuffer made) {
    return made != null ? made : ByteBuffer.allocateDirect(Journal.CHUNK);
  }
}
