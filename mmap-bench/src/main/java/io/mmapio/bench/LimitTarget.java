// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A C++ loop over a mapping of its own, made by the calls that ours makes. */
final class LimitTarget extends Target {
  private final int descriptor;
  private final long address;
  private long record;
  private int recordLength;

  LimitTarget(Path path, long size, boolean fresh) throws IOException {
    super(size);
    descriptor = Native.open(path.toString());
    address = fresh ? Native.allocateAndMap(descriptor, size) : Native.map(descriptor, size);
    if (address == 0) {
      throw new IOException("C++ could not map " + path);
    }
  }

  @Override
  void storeRandomly(long seed) {
    Native.storeRandomly(address, size / Long.BYTES, WORDS, seed);
  }

  @Override
  long loadRandomly(long seed) {
    return Native.loadRandomly(address, size / Long.BYTES, WORDS, seed);
  }

  @Override
  void storeSequentially(long offset) {
    Native.storeSequentially(address + offset, WORDS);
  }

  @Override
  void storeRecords(long offset, int length, int count) {
    Native.storeRecords(address + offset, record, length, count);
  }

  @Override
  void putLong(long offset, long value) {
    throw new UnsupportedOperationException("a batch at a time");
  }

  @Override
  long getLong(long offset) {
    throw new UnsupportedOperationException("a batch at a time");
  }

  @Override
  void prepare(int length) {
    recordLength = length;
    record = Native.allocate(length);
  }

  @Override
  void putRecord(long offset) {
    Native.storeRecords(address + offset, record, recordLength, 1);
  }

  @Override
  public void close() {
    Native.unmap(address, size);
    Native.close(descriptor);
  }
}
