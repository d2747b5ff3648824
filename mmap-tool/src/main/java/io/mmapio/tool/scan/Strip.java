// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

/**
 * How densely stretches of pages are in memory, told page after page, in a few dozen bins however
 * many the pages are: when the bins are used up, each takes twice as many pages.
 */
public final class Strip {
  /** At most so many bins. */
  public static final int BINS = 128;

  private static final float[] NONE = {};

  private float[] resident;
  private float[] unknown = NONE;
  private long unit;
  private long pages;

  /** Creates one for about so many pages; there may be more. */
  public Strip(long expected) {
    this.unit = Math.max(1, (expected + BINS - 1) / BINS);
    this.resident = new float[expected == 0 ? BINS : (int) Math.min(BINS, expected)];
  }

  /** Adds pages of which so many are in memory, one as likely as another. */
  public void add(long count, long inMemory) {
    fill(count, (float) inMemory / count, /* known= */ true);
  }

  /** Adds pages of which nothing is known. */
  public void addUnknown(long count) {
    if (unknown.length == 0) {
      unknown = new float[BINS];
    }
    fill(count, 1, /* known= */ false);
  }

  private void fill(long count, float share, boolean known) {
    long left = count;
    while (left > 0) {
      while (pages / unit >= BINS) {
        halve();
      }
      int bin = (int) (pages / unit);
      long here = Math.min(left, unit - pages % unit);
      if (bin >= resident.length) {
        resident = java.util.Arrays.copyOf(resident, BINS);
      }
      (known ? resident : unknown)[bin] += here * share;
      pages += here;
      left -= here;
    }
  }

  private void halve() {
    resident = halved(java.util.Arrays.copyOf(resident, BINS));
    unknown = unknown.length == 0 ? unknown : halved(unknown);
    unit *= 2;
  }

  private static float[] halved(float[] bins) {
    for (int i = 0; i < BINS / 2; i++) {
      bins[i] = bins[2 * i] + bins[2 * i + 1];
    }
    java.util.Arrays.fill(bins, BINS / 2, BINS, 0);
    return bins;
  }

  private float unknown(int bin) {
    return unknown.length == 0 ? 0 : unknown[bin];
  }

  /** Adds what another one has, behind what is here. */
  public void append(Strip other) {
    for (int i = 0; i < other.bins(); i++) {
      long count = Math.min(other.unit, other.pages - i * other.unit);
      long hidden = Math.min(count, Math.round((double) other.unknown(i)));
      if (hidden > 0) {
        addUnknown(hidden);
      }
      if (count > hidden) {
        fill(count - hidden, Math.min(1, other.resident[i] / (count - hidden)), /* known= */ true);
      }
    }
  }

  private int bins() {
    return (int) ((pages + unit - 1) / unit);
  }

  /** Returns how many pages were added. */
  public long pages() {
    return pages;
  }

  /**
   * Returns the share that is in memory of each of so many equal stretches: from 0 to 1, NaN where
   * nothing is known. Fewer if there are fewer pages.
   */
  public float[] densities(int width) {
    int bins = bins();
    int columns = Math.min(width, bins);
    float[] shares = new float[columns];
    for (int i = 0; i < columns; i++) {
      int from = (int) ((long) i * bins / columns);
      int to = Math.max(from + 1, (int) ((long) (i + 1) * bins / columns));
      shares[i] = share(from, to);
    }
    return shares;
  }

  private float share(int from, int to) {
    float in = 0;
    float hidden = 0;
    for (int i = from; i < to; i++) {
      in += resident[i];
      hidden += unknown(i);
    }
    long count = Math.min(to * unit, pages) - from * unit;
    return hidden >= count ? Float.NaN : Math.min(1, in / (count - hidden));
  }

  /** Returns how many pages are in memory in each bin, to compare two looks at one file. */
  public float[] residentInBins() {
    return java.util.Arrays.copyOf(resident, bins());
  }
}
