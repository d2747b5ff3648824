// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.nio.ByteBuffer;

/**
 * The calls of a backend that move blocks of a file without touching its mapped pages. The rules of
 * {@link MmapBackend} apply. A backend need not have them; regions then copy through their pages.
 */
public interface BlockCalls {
  /**
   * Tells whether {@link #readAt} and {@link #writeAt} of a file meet the same pages as its
   * mappings at any moment. This is not so for a descriptor that appends, for example.
   *
   * @param handle the file
   * @return one if they do, zero if not
   */
  default long meetsPages(long handle) {
    return 0;
  }

  /**
   * Reads bytes of a file.
   *
   * @param handle the file
   * @param offset of the first byte in the file
   * @param target a direct buffer, or one with an array that is accessible
   * @param position in the target; the position of the buffer does not change
   * @param length in bytes, over zero
   * @return the number of bytes that were read, which may be fewer; zero at the end of the file;
   *     {@link MmapBackend#UNSUPPORTED}; or minus the error
   */
  default long readAt(long handle, long offset, ByteBuffer target, int position, int length) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Writes bytes to a file. The file becomes longer if the range reaches past its end.
   *
   * @param handle the file, open for writing
   * @param offset of the first byte in the file
   * @param source a direct buffer, or one with an array that is accessible
   * @param position in the source; the position of the buffer does not change
   * @param length in bytes, over zero
   * @return the number of bytes that were written, which may be fewer; {@link
   *     MmapBackend#UNSUPPORTED}; or minus the error
   */
  default long writeAt(long handle, long offset, ByteBuffer source, int position, int length) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Copies bytes from one file to another inside the operating system, which may let the files
   * share their storage. The target becomes longer if the range reaches past its end.
   *
   * @param from the file to read
   * @param fromOffset of the first byte in it
   * @param to the file to write; may be the same if the ranges do not overlap
   * @param toOffset of the first byte in it
   * @param length in bytes, over zero
   * @return the number of bytes that were copied, which may be fewer; {@link
   *     MmapBackend#UNSUPPORTED}; or minus the error
   */
  default long copyRange(long from, long fromOffset, long to, long toOffset, long length) {
    return MmapBackend.UNSUPPORTED;
  }
}
