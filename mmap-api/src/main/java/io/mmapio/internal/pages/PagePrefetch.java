// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.PageGeometry;
import io.mmapio.spi.MmapBackend;
import java.util.Arrays;

/**
 * Pages that the OS is asked to read, many at a time. It is asked by the file where it can, because
 * advice for addresses takes the lock of the address space, for which faults, mincore and every
 * mapping of the process wait too.
 */
public final class PagePrefetch {
  /**
   * Bytes to ask for at a time. Linux reads as much as one request of the disk can have and ignores
   * the rest.
   */
  private static final long PIECE = 128 << 10;

  private final Mapping mapping;
  private final long piece;

  /** Address and bytes of each piece. */
  private long[] pieces;

  private int numbers; // in use

  /**
   * Creates an empty list.
   *
   * @param mapping of the region
   * @param expected how many pieces to make room for
   */
  public PagePrefetch(Mapping mapping, int expected) {
    this.mapping = mapping;
    this.piece = Math.max(PIECE, mapping.os.pageSize());
    this.pieces = new long[2 * expected];
  }

  /** Adds the pages that a range of the region touches. */
  public void add(long offset, long length) {
    PageGeometry geometry = mapping.geometry();
    addPages(geometry.start(offset), geometry.span(offset, length));
  }

  /** Adds whole pages by their address. */
  public void addPages(long address, long bytes) {
    for (long done = 0; done < bytes; done += piece) {
      if (numbers == pieces.length) {
        pieces = Arrays.copyOf(pieces, 2 * numbers + 2);
      }
      pieces[numbers++] = address + done;
      pieces[numbers++] = Math.min(piece, bytes - done);
    }
  }

  /**
   * Asks for everything that was added, and forgets it.
   *
   * @return false if the OS ignored it
   * @throws MmapException if the OS reports an error
   */
  public boolean ask() throws MmapException {
    long[] asked = Arrays.copyOf(pieces, numbers);
    numbers = 0;
    long result = mapping.calling(() -> ask(asked));
    mapping.check("prefetch", result, 0, mapping.size());
    return result == MmapBackend.APPLIED;
  }

  private long ask(long[] asked) {
    if (mapping.handle() != MmapBackend.NO_HANDLE) {
      long result = mapping.os.prefetch(mapping.handle(), inFile(asked));
      if (result != MmapBackend.UNSUPPORTED && result != MmapBackend.IGNORED) {
        return result;
      }
    }
    return mapping.os.adviseAll(asked, Advice.WILLNEED);
  }

  /** Returns the same pieces with offsets in the file. The halves of a mirrored region are one. */
  private long[] inFile(long[] asked) {
    long start = mapping.geometry().addressOf(0);
    long[] inFile = asked.clone();
    for (int i = 0; i < inFile.length; i += 2) {
      inFile[i] = mapping.inFile(asked[i] - start);
    }
    return inFile;
  }
}
