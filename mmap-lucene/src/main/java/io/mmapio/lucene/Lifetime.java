// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.foreign.Arena;

/**
 * How long the bytes of files may be read.
 *
 * <p><b>Why no byte read after closing is taken for data.</b> A closed region reads as zeros. So no
 * region is closed before the arena of its segment is. The JDK checks the arena at each access, and
 * {@link Arena#close()} returns only when no thread is inside an access that began before: see the
 * specification of {@code Arena}. So each access either reads bytes of the file or throws.
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
