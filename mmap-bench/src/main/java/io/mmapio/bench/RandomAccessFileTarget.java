// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** RandomAccessFile: seek, then read or write. */
final class RandomAccessFileTarget extends Target {
  private final RandomAccessFile file;
  private byte[] record = new byte[0];

  RandomAccessFileTarget(Path path, long size) throws IOException {
    super(size);
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  @Override
  boolean isSlow() {
    return true;
  }

  @Override
  void putLong(long offset, long value) throws IOException {
    file.seek(offset);
    file.writeLong(value);
  }

  @Override
  long getLong(long offset) throws IOException {
    file.seek(offset);
    return file.readLong();
  }

  @Override
  void prepare(int length) {
    record = new byte[length];
  }

  @Override
  void putRecord(long offset) throws IOException {
    file.seek(offset);
    file.write(record);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
