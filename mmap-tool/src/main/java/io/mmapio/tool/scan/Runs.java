// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.util.Arrays;

/**
 * Which pages of a file are in memory: pairs of a gap and a run, as numbers of variable length.
 * Immutable.
 */
public final class Runs {
  /** Nothing is in memory. */
  public static final Runs NONE = new Runs(new byte[0], 1);

  private final byte[] bytes;
  private final long unit;

  private Runs(byte[] bytes, long unit) {
    this.bytes = bytes;
    this.unit = unit;
  }

  /** Takes the bytes of {@link #bytes()} as they are. */
  public static Runs of(byte[] bytes, long unit) {
    return new Runs(bytes, unit);
  }

  /** Is told of each run. */
  public interface Visitor {
    /** Pages in memory. */
    void run(long first, long count);
  }

  /** Returns the bytes: gap, run, gap, run ... each in LEB128. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns 1, or more if gaps shorter than so many pages had to be taken for pages in memory. */
  public long unit() {
    return unit;
  }

  /** Tells all runs in their order. */
  public void forEach(Visitor visitor) {
    Cursor cursor = new Cursor();
    while (cursor.next()) {
      visitor.run(cursor.first, cursor.count);
    }
  }

  /** Returns how many pages are in memory. */
  public long pages() {
    long[] sum = new long[1];
    forEach((first, count) -> sum[0] += count);
    return sum[0];
  }

  /** Returns how many pages are in both. */
  public long common(Runs other) {
    Cursor one = new Cursor();
    Cursor two = other.new Cursor();
    long sum = 0;
    boolean more = one.next() && two.next();
    while (more) {
      long end = Math.min(one.end(), two.end());
      sum += Math.max(0, end - Math.max(one.first, two.first));
      more = one.end() == end ? one.next() : two.next();
    }
    return sum;
  }

  private final class Cursor {
    private int at;
    private long first;
    private long count;

    boolean next() {
      if (at >= bytes.length) {
        return false;
      }
      first = end() + number();
      count = number();
      return true;
    }

    long end() {
      return first + count;
    }

    private long number() {
      long value = 0;
      for (int shift = 0; at < bytes.length && shift < Long.SIZE; shift += 7) {
        byte b = bytes[at++];
        value |= (b & 0x7fL) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a run that ends in the middle");
    }
  }

  /** Collects runs, never more bytes than a limit: where there are too many, short gaps close. */
  public static final class Builder {
    private final int limit;
    private byte[] bytes = new byte[16];
    private int used;
    private long written;
    private long first = -1;
    private long end;
    private long unit = 1;

    /** Creates one that takes so many bytes at most. */
    public Builder(int limit) {
      this.limit = limit;
    }

    /** Adds pages behind those that were added. */
    public void add(long from, long count) {
      if (first >= 0 && from - end < unit) {
        end = from + count;
        return;
      }
      flush();
      first = from;
      end = from + count;
    }

    private void flush() {
      if (first < 0) {
        return;
      }
      if (used > limit) {
        coarsen();
      }
      write(first - written);
      write(end - first);
      written = end;
      first = -1;
    }

    private void coarsen() {
      Runs fine = new Runs(Arrays.copyOf(bytes, used), unit);
      long pendingFirst = first;
      long pendingEnd = end;
      unit *= 2;
      used = 0;
      written = 0;
      first = -1;
      fine.forEach(this::add);
      add(pendingFirst, pendingEnd - pendingFirst);
    }

    private void write(long number) {
      if (used + 10 > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      }
      long rest = number;
      while (rest > 0x7f) {
        bytes[used++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[used++] = (byte) rest;
    }

    /** Returns what was added. */
    public Runs finished() {
      flush();
      return used == 0 ? NONE : new Runs(Arrays.copyOf(bytes, used), unit);
    }
  }
}
