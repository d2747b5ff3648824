// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import io.mmapio.tool.scan.Runs;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot that was read as a whole once, every checksum of it found right. */
public final class Snapshot implements AutoCloseable {
  /**
   * A part: files of one directory.
   *
   * @param at where it begins
   * @param length of what is in it
   * @param resident pages in memory
   * @param pages in all
   */
  public record Block(long at, int length, long resident, long pages) {
    /** Returns the share in memory. */
    public double share() {
      return pages == 0 ? 0 : (double) resident / pages;
    }
  }

  private final Path path;
  private final FileChannel channel;
  private final List<Block> blocks = new ArrayList<>();
  private long pageSize;
  private long created;
  private long files;
  private long resident;

  private Snapshot(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens a snapshot; fails with a message that says how if it is damaged. */
  public static Snapshot open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    Snapshot snapshot = new Snapshot(path, channel);
    boolean done = false;
    try {
      snapshot.verify();
      done = true;
      return snapshot;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private void verify() throws IOException {
    ByteBuffer header = checked(0, SnapshotFormat.HEADER - SnapshotFormat.CHECKSUM, "its header");
    pageSize = header.getInt(12);
    created = header.getLong(16);
    long at = SnapshotFormat.HEADER;
    int length = lengthAt(at);
    while (length > 0) {
      if (length > SnapshotFormat.LARGEST_BLOCK) {
        throw SnapshotFormat.damaged(path, "a block of " + length + " bytes");
      }
      ByteBuffer block =
          checked(at, SnapshotFormat.BLOCK_HEADER + length, "block " + (blocks.size() + 1));
      Block part = new Block(at, length, block.getLong(4), block.getLong(12));
      blocks.add(part);
      resident += part.resident();
      at += SnapshotFormat.BLOCK_HEADER + length + SnapshotFormat.CHECKSUM;
      length = lengthAt(at);
    }
    verifyEnd(at, length);
  }

  private void verifyEnd(long at, int length) throws IOException {
    if (length < 0) {
      throw SnapshotFormat.damaged(path, "a block of a negative length");
    }
    ByteBuffer end = checked(at, SnapshotFormat.END - SnapshotFormat.CHECKSUM, "its end");
    files = end.getLong(4);
    boolean right =
        end.getLong(12) == resident
            && end.getLong(20) == blocks.size()
            && channel.size() == at + SnapshotFormat.END;
    if (!right) {
      throw SnapshotFormat.damaged(path, "its end does not fit what is before it");
    }
  }

  private int lengthAt(long at) throws IOException {
    return read(at, Integer.BYTES, "its end").getInt(0);
  }

  private ByteBuffer checked(long at, int length, String what) throws IOException {
    ByteBuffer bytes = read(at, length + SnapshotFormat.CHECKSUM, what);
    if (at == 0) {
      requireOurs(bytes);
    }
    bytes.limit(length);
    int computed = SnapshotFormat.checksum(bytes);
    bytes.limit(length + SnapshotFormat.CHECKSUM);
    if (bytes.getInt(length) != computed) {
      throw SnapshotFormat.damaged(path, "the checksum of " + what + " is wrong");
    }
    return bytes;
  }

  private void requireOurs(ByteBuffer header) throws IOException {
    byte[] magic = new byte[SnapshotFormat.MAGIC.length];
    header.get(0, magic);
    if (!Arrays.equals(magic, SnapshotFormat.MAGIC)) {
      throw new java.nio.file.FileSystemException(
          path.toString(), null, "no snapshot of 'mmap save'");
    }
    int version = header.getInt(8);
    if (version != SnapshotFormat.VERSION) {
      throw new java.nio.file.FileSystemException(
          path.toString(), null, "a snapshot of version " + version + "; this program knows 1");
    }
  }

  private ByteBuffer read(long at, int length, String what) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw SnapshotFormat.damaged(path, "it ends in the middle of " + what);
      }
    }
    return bytes.flip();
  }

  /** Returns the parts, in the order in which they were written. */
  public List<Block> blocks() {
    return blocks;
  }

  /** Reads a part. */
  public List<FileRecord> read(Block block) throws IOException {
    ByteBuffer bytes = read(block.at() + SnapshotFormat.BLOCK_HEADER, block.length(), "a block");
    List<FileRecord> records = new ArrayList<>();
    try {
      byte[] directory = Bytes.bytes(bytes);
      while (bytes.hasRemaining()) {
        records.add(record(directory, bytes));
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw SnapshotFormat.damaged(path, String.valueOf(e.getMessage()));
    }
    return records;
  }

  private static FileRecord record(byte[] directory, ByteBuffer bytes) {
    byte[] name = Bytes.bytes(bytes);
    long size = Bytes.number(bytes);
    long modified = Bytes.number(bytes);
    long pages = Bytes.number(bytes);
    long inMemory = Bytes.number(bytes);
    long unit = Bytes.number(bytes);
    @Nullable Runs runs = unit == 0 ? null : Runs.of(Bytes.bytes(bytes), unit);
    return new FileRecord(
        directory, name, size, modified >>> 1 ^ -(modified & 1), pages, inMemory, runs);
  }

  /** Returns the bytes in a page of the machine where it was made. */
  public long pageSize() {
    return pageSize;
  }

  /** Returns when it was made. */
  public Instant created() {
    return Instant.ofEpochMilli(created);
  }

  /** Returns how many files are in it. */
  public long files() {
    return files;
  }

  /** Returns how many pages of them were in memory. */
  public long resident() {
    return resident;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
