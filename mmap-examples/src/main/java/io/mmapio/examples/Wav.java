// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the samples of a WAV file are. The file has 16 bits for each sample and any length: beyond
 * 4 GiB it is RF64, whose lengths have 64 bits (EBU Tech 3306).
 */
record Wav(long start, long frames, int channels, int rate) {
  private static final long UNKNOWN = 0xFFFF_FFFFL;
  private static final int HEADER = 80;
  private static final int DS64_AT = 12;
  private static final int FORMAT_AT = 48;
  private static final int DATA_AT = 72;
  private static final short PCM = 1;

  int frameBytes() {
    return channels * Short.BYTES;
  }

  /** The byte at which a frame begins. */
  long at(long frame) {
    return start + frame * frameBytes();
  }

  /** Reads the header of a mapped file, and checks all that it says. */
  static Wav of(MappedRegion region) throws IOException {
    ByteBuffer head = region.buffer(0, Math.min(12, region.size())).order(ByteOrder.LITTLE_ENDIAN);
    if (head.capacity() < 12 || !text(head, 8).equals("WAVE")) {
      throw new IOException("this is not a WAV file");
    }
    long dataBytes = UNKNOWN;
    ByteBuffer format = null;
    for (long at = 12; at + 8 <= region.size(); ) {
      ByteBuffer chunk = region.buffer(at, 8).order(ByteOrder.LITTLE_ENDIAN);
      String name = text(chunk, 0);
      long length = chunk.getInt(4) & UNKNOWN;
      if (name.equals("data") && format != null) {
        long there = region.size() - at - 8;
        return of(format, at + 8, Math.min(there, length == UNKNOWN ? dataBytes : length));
      }
      if (length > region.size() - at - 8) {
        throw new IOException("the file ends inside its chunk " + name);
      }
      ByteBuffer content = region.buffer(at + 8, Math.min(length, 64));
      if (name.equals("ds64") && length >= 16) {
        dataBytes = content.order(ByteOrder.LITTLE_ENDIAN).getLong(8);
      } else if (name.equals("fmt ") && length >= 16) {
        format = content.order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 8 + length + length % 2;
    }
    throw new IOException("the WAV file has no samples");
  }

  private static Wav of(ByteBuffer format, long start, long bytes) throws IOException {
    int channels = format.getShort(2);
    if (format.getShort(0) != PCM || format.getShort(14) != Short.SIZE || channels < 1) {
      throw new IOException("only 16-bit PCM can be read");
    }
    long frames = Math.max(0, bytes) / (channels * (long) Short.BYTES);
    return new Wav(start, frames, channels, format.getInt(4));
  }

  private static String text(ByteBuffer bytes, int at) {
    byte[] text = new byte[4];
    bytes.get(at, text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** Creates a file of silence, with storage, and maps it. */
  static MappedRegion create(Path path, long frames, int channels, int rate) throws IOException {
    Files.createFile(path);
    long bytes = frames * channels * Short.BYTES;
    MappedRegion region =
        Mmap.file(path).access(Access.READ_WRITE).range(0, HEADER + bytes).extend().map();
    boolean large = HEADER + bytes > UNKNOWN;
    ByteBuffer head = region.buffer(0, HEADER).order(ByteOrder.LITTLE_ENDIAN);
    put(head, 0, large ? "RF64" : "RIFF", large ? UNKNOWN : HEADER - 8 + bytes);
    head.put(8, "WAVE".getBytes(StandardCharsets.US_ASCII));
    put(head, DS64_AT, large ? "ds64" : "JUNK", 28);
    if (large) {
      head.putLong(DS64_AT + 8, HEADER - 8 + bytes);
      head.putLong(DS64_AT + 16, bytes).putLong(DS64_AT + 24, frames);
    }
    put(head, FORMAT_AT, "fmt ", 16);
    head.putShort(FORMAT_AT + 8, PCM).putShort(FORMAT_AT + 10, (short) channels);
    head.putInt(FORMAT_AT + 12, rate).putInt(FORMAT_AT + 16, rate * channels * Short.BYTES);
    head.putShort(FORMAT_AT + 20, (short) (channels * Short.BYTES));
    head.putShort(FORMAT_AT + 22, (short) Short.SIZE);
    put(head, DATA_AT, "data", large ? UNKNOWN : bytes);
    return region;
  }

  private static void put(ByteBuffer head, int at, String name, long length) {
    head.put(at, name.getBytes(StandardCharsets.US_ASCII)).putInt(at + 4, (int) length);
  }
}
