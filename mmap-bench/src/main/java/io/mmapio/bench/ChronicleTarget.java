// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.MappedBytes;

/** Chronicle-Bytes, one mapping of the whole file. */
final class ChronicleTarget extends RecordTarget {
  private final MappedBytes bytes;

  ChronicleTarget(Path path, long size) throws IOException {
    this(MappedBytes.singleMappedBytes(path.toFile(), size), size);
  }

  private ChronicleTarget(MappedBytes bytes, long size) {
    super(size, bytes::releaseLast);
    this.bytes = bytes;
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
  void putRecord(long offset) {
    bytes.write(offset, record);
  }
}
