// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** RandomAccessFile: seek, then read or write. */
final class RandomAccessFileTarget extends RecordTarget {
  private final RandomAccessFile file;

  RandomAccessFileTarget(Path path, long size) throws IOException {
    this(new RandomAccessFile(path.toFile(), "rw"), size);
  }

  private RandomAccessFileTarget(RandomAccessFile file, long size) {
    super(size, file);
    this.file = file;
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
  void putRecord(long offset) throws IOException {
    file.seek(offset);
    file.write(record);
  }
}
