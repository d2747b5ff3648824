// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file of records that tell whether they are whole: a number, the seed of the run, contents that
 * follow from both, and a checksum.
 */
final class Records {
  /** Bytes of one; no multiple of a page, so that some lie on two. */
  static final int LENGTH = 1000;

  private static final int CHECKED = LENGTH - Integer.BYTES;

  private Records() {}

  /** Makes a record. */
  static byte[] record(long seed, long number) {
    ByteBuffer record = ByteBuffer.allocate(LENGTH);
    record.putLong(number).putLong(seed);
    long word = seed ^ number * 0x9E37_79B9_7F4A_7C15L;
    while (record.position() + Long.BYTES <= CHECKED) {
      word = word * 6_364_136_223_846_793_005L + 1;
      record.putLong(word);
    }
    record.putInt(CHECKED, checksum(record));
    return record.array();
  }

  private static int checksum(ByteBuffer record) {
    CRC32C sum = new CRC32C();
    sum.update(record.array(), record.arrayOffset(), CHECKED);
    return (int) sum.getValue();
  }

  /** Counts the records from the start on that are whole and of this run. */
  static long whole(ByteBuffer file, long seed) {
    long number = 0;
    byte[] found = new byte[LENGTH];
    while ((number + 1) * LENGTH <= file.capacity()) {
      file.get(Math.toIntExact(number * LENGTH), found);
      if (!Arrays.equals(found, record(seed, number))) {
        return number;
      }
      number++;
    }
    return number;
  }
}
