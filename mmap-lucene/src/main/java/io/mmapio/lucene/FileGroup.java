// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The common lifetime of files that Lucene closes together. It ends when the last file is closed.
 * To end the shared arena, the JDK stops every thread for a moment, so there is one arena for all
 * these files, and {@link ArenaCloser} waits for it instead of the thread that closes a reader.
 */
final class FileGroup implements Lifetime {
  /** How many files can have joined before a new group begins. The early ones wait for the late. */
  private static final int MOST_FILES = 64;

  private final Arena arena = Arena.ofShared();
  private final Consumer<FileGroup> ended;
  private final List<MappedRegion> closed = new ArrayList<>(); // under the lock of this
  private int joined = 1;
  private int open = 1;

  /**
   * Begins a group of one file.
   *
   * @param ended called when the last file is closed
   */
  FileGroup(Consumer<FileGroup> ended) {
    this.ended = ended;
  }

  Arena arena() {
    return arena;
  }

  @Override
  public MemorySegment bytesOf(MappedRegion region) {
    return region.as(MemorySegment.class, 0, region.size(), arena);
  }

  /** Adds a file, if the group has not ended and is not too large. */
  synchronized boolean join() {
    if (open == 0 || joined == MOST_FILES) {
      return false;
    }
    joined++;
    open++;
    return true;
  }

  @Override
  public void end(MappedRegion region) {
    synchronized (this) {
      closed.add(region);
      open--;
      if (open > 0) {
        return;
      }
    }
    ended.accept(this); // nobody can join any more
    ArenaCloser.closeLater(arena, closed);
  }
}
