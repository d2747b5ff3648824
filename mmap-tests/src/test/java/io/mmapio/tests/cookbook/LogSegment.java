// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A file of records and a file that is an index to them, both mapped. One thread appends. */
final class LogSegment implements AutoCloseable {
  private static final int HEADER = 16; // length with the header, checksum, number
  private static final int STEP = 4096; // bytes of records for each entry of the index
  private static final int ENTRY = 8; // number - first, position

  private final long first;
  private final Path log;
  private final Path indexed;
  private final MappedRegion records;
  private final MappedRegion index;
  private final ByteBuffer bytes;
  private final ByteBuffer entries;
  private volatile int count; // of entries
  private volatile int end; // where the next record goes
  private long next;

  /** Opens or creates the segment for at most `size` bytes of records. */
  LogSegment(Path directory, long first, int size) throws IOException {
    this.first = first;
    log = directory.resolve(first + ".log");
    indexed = directory.resolve(first + ".index");
    cut(log, first);
    records = open(log, size);
    index = open(indexed, (size / STEP + 1) * ENTRY);
    bytes = records.buffer();
    entries = index.buffer();
    for (next = first; isRecord(bytes, end, next); next++) {
      added(bytes.getInt(end));
    }
  }

  // recipe: a log in segments
  private static MappedRegion open(Path path, int size) throws IOException {
    if (Files.notExists(path)) {
      Files.createFile(path);
    }
    return Mmap.file(path)
        .access(Access.READ_WRITE)
        .range(0, size)
        .extend()
        .capacity(size) // regions with a capacity can shrink
        .map();
  }

  /** Truncates a file behind its last whole record; a crash may have left half a record there. */
  private static void cut(Path log, long first) throws IOException {
    try (FileChannel channel = FileChannel.open(log, CREATE, WRITE)) {
      int end = 0;
      try (MappedRegion region = Mmap.map(log)) {
        ByteBuffer view = region.buffer();
        for (long number = first; isRecord(view, end, number); number++) {
          end += view.getInt(end);
        }
      }
      channel.truncate(end); // nothing is mapped any more, so Windows does it, too
    }
  }

  /** Makes all records durable. */
  void sync() throws IOException {
    records.sync(0, end);
  }

  /** Ends the segment before the next one begins: its files become as long as their contents. */
  void seal() throws IOException {
    sync();
    if (Feature.SHRINK.isSupported()) { // Windows shortens them in close()
      records.shrink(end);
      index.shrink((long) count * ENTRY);
    }
  }

  /** Deletes the segment at once, on every platform; views that readers hold read zeros. */
  void delete() throws IOException {
    records.close();
    index.close();
    Files.delete(log);
    Files.delete(indexed);
  }

  @Override
  public void close() throws IOException {
    records.trimOnClose(end);
    index.trimOnClose((long) count * ENTRY);
    records.close();
    index.close();
  }

  // end

  /** Appends a record and returns its number, or -1 if it does not fit. */
  long append(byte[] record) {
    int length = HEADER + record.length;
    if (length > bytes.capacity() - end) {
      return -1;
    }
    bytes.putLong(end + 8, next).put(end + HEADER, record);
    bytes.putInt(end + 4, checksum(bytes, end, length)).putInt(end, length);
    added(length);
    return next++;
  }

  private void added(int length) {
    int position = end;
    int entry = count;
    if (entry == 0 || position - entries.getInt(entry * ENTRY - 4) >= STEP) {
      entries.putInt(entry * ENTRY, (int) (next - first)).putInt(entry * ENTRY + 4, position);
      count = entry + 1;
    }
    end = position + length; // from here on, other threads find the record
  }

  /** Returns a view of a record; null if there is none, or the segment was deleted. */
  @Nullable ByteBuffer read(long number) {
    int position = before(number);
    while (position < end) {
      int length = bytes.getInt(position);
      if (isRecord(bytes, position, number)) {
        return bytes.slice(position + HEADER, length - HEADER).asReadOnlyBuffer();
      }
      if (length < HEADER) {
        return null; // deleted meanwhile: zeros
      }
      position += length;
    }
    return null;
  }

  /** Returns the position of the last indexed record that is not behind the number. */
  private int before(long number) {
    int low = 0;
    for (int high = count; high - low > 1; ) {
      int middle = (low + high) >>> 1;
      if (first + entries.getInt(middle * ENTRY) <= number) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return entries.getInt(low * ENTRY + 4);
  }

  private static boolean isRecord(ByteBuffer bytes, int position, long number) {
    int room = bytes.capacity() - position;
    if (room < HEADER) {
      return false;
    }
    int length = bytes.getInt(position);
    return length >= HEADER
        && length <= room
        && bytes.getLong(position + 8) == number
        && bytes.getInt(position + 4) == checksum(bytes, position, length);
  }

  private static int checksum(ByteBuffer bytes, int position, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(position + 8, length - 8));
    return (int) crc.getValue();
  }

  /** The number that the next record gets. */
  long next() {
    return next;
  }
}
