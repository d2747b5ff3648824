// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.ByteBufferInput;
import com.esotericsoftware.kryo.io.ByteBufferOutput;
import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that Kryo writes to a region and reads from one. */
final class KryoTest {
  private static final int OBJECTS = 200_000;

  @TempDir Path directory;

  // recipe: read and write objects with Kryo
  /** A thing to keep. */
  static final class Reading {
    long time;
    double value;
    String place = "";
  }

  /** Writes objects to a region; the number of bytes. */
  static long write(Kryo kryo, MappedRegion region, Iterable<Reading> readings) {
    ByteBufferOutput out = new ByteBufferOutput(region.buffer());
    for (Reading reading : readings) {
      kryo.writeObject(out, reading); // into the mapped pages
    }
    return out.total();
  }

  static double sum(Kryo kryo, MappedRegion region) {
    ByteBufferInput in = new ByteBufferInput(region.buffer()); // no stream, no array
    double sum = 0;
    while (in.position() < region.size()) {
      sum += kryo.readObject(in, Reading.class).value;
    }
    return sum;
  }

  // end

  @Test
  void objectsAreWrittenToPagesAndReadFromThem() throws Exception {
    Path file = Files.createFile(directory.resolve("readings"));
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, 16 << 20).extend().map()) {
      region.trimOnClose(write(kryo(), region, readings()));
    }
    try (MappedRegion region = Mmap.map(file)) {
      assertEquals(OBJECTS / 2 * (OBJECTS - 1.0), sum(kryo(), region));
    }
  }

  /** Reading skips a string of many MiB without a copy of the file around it. */
  @Test
  void fileIsNotCopiedToTheHeap() throws Exception {
    Path file = Files.createFile(directory.resolve("bytes"));
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, 64 << 20).sparse().map()) {
      ByteBufferOutput out = new ByteBufferOutput(region.buffer());
      out.setPosition((64 << 20) - 8);
      out.writeLong(42);
    }
    try (MappedRegion region = Mmap.map(file)) {
      long last = Allocations.atMost(1 << 20, () -> last(region));
      assertEquals(42, last);
    }
  }

  private static long last(MappedRegion region) {
    ByteBufferInput in = new ByteBufferInput(region.buffer());
    in.skip(region.size() - 8);
    return in.readLong();
  }

  private static Kryo kryo() {
    Kryo kryo = new Kryo();
    kryo.register(Reading.class);
    return kryo;
  }

  private static List<Reading> readings() {
    return IntStream.range(0, OBJECTS).mapToObj(KryoTest::reading).toList();
  }

  private static Reading reading(int number) {
    Reading reading = new Reading();
    reading.time = number;
    reading.value = number;
    reading.place = Objects.toString(number % 100);
    return reading;
  }
}
