// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import org.jspecify.annotations.Nullable;

/**
 * A page of a region is no longer available: another process has truncated the file, the disk is
 * full under a sparse file, or the device failed. Accessing the page through a view would throw
 * {@link InternalError} at best and end the JVM at worst.
 */
public final class LostPageException extends MmapException {
  private static final long serialVersionUID = 1L;

  /** See {@link #regionSize()}. */
  private final long regionSize;

  /** See {@link #fileSize()}. */
  private final long fileSize;

  /**
   * Creates an exception.
   *
   * @param file see {@link #getFile()}
   * @param call see {@link #call()}
   * @param offset of the first lost byte, from the start of the region
   * @param length of the requested range, from that byte on
   * @param inFile offset of the first lost byte, from the start of the file
   * @param regionSize see {@link #regionSize()}
   * @param fileSize see {@link #fileSize()}
   */
  public LostPageException(
      @Nullable String file,
      String call,
      long offset,
      long length,
      long inFile,
      long regionSize,
      long fileSize) {
    super(
        file,
        call,
        0,
        "the page is not available",
        offset,
        length,
        cause(inFile, regionSize, fileSize));
    this.regionSize = regionSize;
    this.fileSize = fileSize;
  }

  private static String cause(long inFile, long regionSize, long fileSize) {
    String other = "the device failed, or the disk has no space for a page of a sparse file";
    String sizes = ": the region has " + regionSize + " bytes, the file now has " + fileSize;
    if (fileSize < 0) {
      return "the file was truncated, " + other + ": its size is not known";
    }
    return (inFile >= fileSize ? "the file was truncated" : other) + sizes;
  }

  /**
   * Returns the size of the region.
   *
   * @return bytes
   */
  public long regionSize() {
    return regionSize;
  }

  /**
   * Returns the size of the file right after the loss was detected.
   *
   * @return bytes; -1 for memory that is not in a file, if the region was mapped {@linkplain
   *     MapOptions#withoutDescriptor() without a descriptor}, or if the size could not be read
   */
  public long fileSize() {
    return fileSize;
  }
}
