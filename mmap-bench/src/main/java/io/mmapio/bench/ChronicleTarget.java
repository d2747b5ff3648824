// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.MappedBytes;

/** Chronicle-Bytes, one mapping of the whole file. */
final class ChronicleTarget extends Target {
  private final MappedBytes bytes;
  private byte[] record = new byte[0];

  ChronicleTarget(Path path, long size) throws IOException {
    super(size);
    bytes = MappedBytes.singleMappedBytes(path.toFile(), size);
  }

  @Override
  void putLong(long offset, long value) {
    bytes.writeLong(offset, value);
  }

  @Override
  long getLong(long offset) {
    return bytes.readLong(offset);
  }

  @Override
  void prepare(int length) {
    record = new byte[length];
  }

  @Override
  void putRecord(long offset) {
    bytes.write(offset, record);
  }

  @Override
  public void close() {
    bytes.releaseLast();
  }
}
