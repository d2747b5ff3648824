// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Segments one after the other. One thread appends and deletes, many read. */
final class SegmentedLog implements AutoCloseable {
  private final Path directory;
  private final int size;
  private final ConcurrentSkipListMap<Long, LogSegment> segments = new ConcurrentSkipListMap<>();

  SegmentedLog(Path directory, int size) throws IOException {
    this.directory = directory;
    this.size = size;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
        long first = Long.parseLong(file.getFileName().toString().replace(".log", ""));
        segments.put(first, new LogSegment(directory, first, size));
      }
    }
    if (segments.isEmpty()) {
      segments.put(0L, new LogSegment(directory, 0, size));
    }
  }

  long append(byte[] record) throws IOException {
    LogSegment last = segments.lastEntry().getValue();
    long number = last.append(record);
    if (number >= 0) {
      return number;
    }
    last.seal();
    LogSegment next = new LogSegment(directory, last.next(), size);
    segments.put(last.next(), next);
    return next.append(record);
  }

  @Nullable ByteBuffer read(long number) {
    Map.Entry<Long, LogSegment> segment = segments.floorEntry(number);
    return segment == null ? null : segment.getValue().read(number);
  }

  /** Deletes every segment whose records are all before a number. */
  void deleteBefore(long number) throws IOException {
    while (segments.size() > 1 && segments.higherKey(segments.firstKey()) <= number) {
      segments.pollFirstEntry().getValue().delete();
    }
  }

  void sync() throws IOException {
    segments.lastEntry().getValue().sync();
  }

  int segments() {
    return segments.size();
  }

  long first() {
    return segments.firstKey();
  }

  long next() {
    return segments.lastEntry().getValue().next();
  }

  @Override
  public void close() throws IOException {
    for (LogSegment segment : segments.values()) {
      segment.close();
    }
  }
}
