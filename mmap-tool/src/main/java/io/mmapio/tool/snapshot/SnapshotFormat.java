// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The numbers of the format, version 1; docs/tool.md describes it. All are big-endian. */
final class SnapshotFormat {
  static final byte[] MAGIC = "MMAPSNAP".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;

  /** Magic, version, page size, milliseconds, four bytes of nothing, checksum. */
  static final int HEADER = 32;

  /** Length of the payload, pages in memory, pages. */
  static final int BLOCK_HEADER = 20;

  /** Zero, files, pages in memory, blocks, checksum. */
  static final int END = 32;

  static final int CHECKSUM = 4;

  /** Bytes after which a block is full; a file's runs may go beyond. */
  static final int BLOCK = 1 << 20;

  static final int LARGEST_BLOCK = 64 << 20;

  private SnapshotFormat() {}

  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** What is said of a file that is no snapshot any more. */
  static IOException damaged(Path path, String how) {
    return new java.nio.file.FileSystemException(
        path.toString(), null, "the snapshot is damaged: " + how + "; nothing of it is used");
  }
}
