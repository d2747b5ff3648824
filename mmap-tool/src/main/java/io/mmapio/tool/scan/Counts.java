// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

/**
 * Numbers of pages, of a file or of many.
 *
 * @param files how many files
 * @param bytes the sum of their sizes
 * @param pages in all
 * @param resident known to be in memory
 * @param unknown of which the operating system does not tell this process
 * @param dirty changed and not written to the device
 * @param writeback being written
 * @param evicted no longer in memory, having been there
 */
public record Counts(
    long files,
    long bytes,
    long pages,
    long resident,
    long unknown,
    long dirty,
    long writeback,
    long evicted) {
  /** Of nothing. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns the sums. */
  public Counts plus(Counts other) {
    return new Counts(
        files + other.files,
        bytes + other.bytes,
        pages + other.pages,
        resident + other.resident,
        unknown + other.unknown,
        dirty + other.dirty,
        writeback + other.writeback,
        evicted + other.evicted);
  }

  /** Returns the share of the known pages that is in memory, from 0 to 1; NaN if none is known. */
  public double share() {
    return pages == unknown ? Double.NaN : (double) resident / (pages - unknown);
  }
}
