// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * How long the bytes of files may be read.
 *
 * <p><b>Why a read after closing is not taken for data.</b> No region is closed before the arena of
 * its segment is. The JDK checks the arena at each access, and {@link Arena#close()} of a shared
 * arena returns only when no thread is inside an access that began before: see the specification of
 * {@code Arena}. So each access either reads bytes of the file or throws. A check of this library's
 * own, after each read, would need an acquire fence to be sound, and the fence prevents
 * optimisations: it made slow ranges of doc values take 1.45 times as long (measured).
 *
 * <p><b>Why a fault of the JDK does not end the JVM.</b> {@link ArenaCloser} says which one was
 * seen. A shared segment is a view of its region. So the addresses of a closed region are not
 * unmapped while anybody holds a segment of it, compiled code that reads on included.
 */
interface Lifetime {
  /** Returns the bytes of a region, for as long as this lifetime lasts. */
  MemorySegment bytesOf(MappedRegion region);

  /** Ends the lifetime of one file, and closes its region once nobody can read it. */
  void end(MappedRegion region);

  /**
   * The lifetime of a file that one thread opens, reads and closes. No other thread has to be asked
   * when it ends, and none can read on.
   */
  record OfOneThread(Arena arena) implements Lifetime {
    static Lifetime begin() {
      return new OfOneThread(Arena.ofConfined());
    }

    /**
     * Creates the segment from the address. A view of the region would make the region keep its
     * addresses until the garbage collector has found that view. The arena says it earlier.
     */
    @Override
    @SuppressWarnings("restricted") // the region has these bytes, and outlives the arena
    public MemorySegment bytesOf(MappedRegion region) {
      return MemorySegment.ofAddress(region.address())
          .reinterpret(region.size(), arena, new Kept(region))
          .asReadOnly();
    }

    @Override
    public void end(MappedRegion region) {
      arena.close();
      region.close();
    }
  }

  /** A cleanup action of an arena that does nothing but keep a region reachable until then. */
  record Kept(MappedRegion region) implements Consumer<MemorySegment> {
    @Override
    public void accept(MemorySegment ended) {}
  }
}
