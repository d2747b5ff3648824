// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Parts of a file in ascending order: offset and length of the first, of the second, and so on. The
 * contents of all of them in a row are their <em>content</em>.
 */
public final class Runs {
  /** More would need a table that does not fit into a buffer. */
  static final int MOST = 1 << 26;

  private long[] numbers = new long[2];
  private int count;
  private long total;

  /** Something done with a part of the file and a part of a buffer. */
  @FunctionalInterface
  interface Piece {
    /** Must take or fill the whole rest of the buffer. */
    void at(long offset, ByteBuffer buffer) throws IOException;
  }

  /** Adds a part after the last, or to the last if it begins where that ends. */
  public void add(long offset, long length) throws IOException {
    if (count > 0 && end() == offset) {
      numbers[2 * count - 1] += length;
    } else {
      if (count == MOST) {
        throw new IOException("more than " + MOST + " separate ranges have changed");
      }
      if (2 * count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * numbers.length);
      }
      numbers[2 * count] = offset;
      numbers[2 * count + 1] = length;
      count++;
    }
    total += length;
  }

  /** Where the last one ends. */
  public long end() {
    return count == 0 ? 0 : numbers[2 * count - 2] + numbers[2 * count - 1];
  }

  public int count() {
    return count;
  }

  public long offset(int run) {
    return numbers[2 * run];
  }

  public long length(int run) {
    return numbers[2 * run + 1];
  }

  /** Bytes in all of them. */
  public long total() {
    return total;
  }

  /** A walk over the content, from its start to its end. */
  final class Walk {
    private int run;
    private long within;

    /** Takes the next bytes of the content, as many as remain in the buffer, part by part. */
    void next(ByteBuffer buffer, Piece action) throws IOException {
      int limit = buffer.limit();
      while (buffer.position() < limit) {
        long rest = length(run) - within;
        int some = (int) Math.min(rest, limit - buffer.position());
        action.at(offset(run) + within, buffer.limit(buffer.position() + some));
        within += some;
        if (within == length(run)) {
          run++;
          within = 0;
        }
      }
      buffer.limit(limit);
    }
  }
}
