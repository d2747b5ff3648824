// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.foreign.Arena;

/**
 * How long the bytes of files may be read.
 *
 * <p><b>Why a read after closing is never taken for data.</b> The addresses of a closed region are
 * unmapped. So no region is closed before the arena of its segment is. The JDK checks the arena at
 * each access, and {@link Arena#close()} of a shared arena returns only when no thread is inside an
 * access that began before: see the specification of {@code Arena}. So each access either reads
 * bytes of the file or throws. A check of this library's own, after each read, would need an
 * acquire fence to be sound, and the fence prevents optimisations: it made slow ranges of doc
 * values take 1.45 times as long (measured).
 */
interface Lifetime {
  /** Returns the arena of the segments. */
  Arena arena();

  /** Ends the lifetime of one file, and closes its region once nobody can read it. */
  void end(MappedRegion region);

  /**
   * The lifetime of a file that one thread opens, reads and closes. No other thread has to be asked
   * when it ends.
   */
  record OfOneThread(Arena arena) implements Lifetime {
    static Lifetime begin() {
      return new OfOneThread(Arena.ofConfined());
    }

    @Override
    public void end(MappedRegion region) {
      arena.close();
      region.close();
    }
  }
}
