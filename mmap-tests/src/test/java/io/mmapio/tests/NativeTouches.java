// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.Touch.BULK;
import static io.mmapio.tests.Touch.readable;
import static io.mmapio.tests.Touch.writable;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The ways to hand a ByteBuffer to code that takes its address: JNI, stubs, system calls. */
final class NativeTouches {
  private final Map<String, Touch<ByteBuffer>> kinds = new LinkedHashMap<>();
  private final byte[] bytes = new byte[BULK];
  private final byte[] packed = new byte[2 * BULK];
  private final Deflater deflater = new Deflater();
  private final Inflater inflater = new Inflater();
  private final FileChannel scratch;

  /**
   * Touches that write a marker.
   *
   * @param scratch a file that may be written
   */
  NativeTouches(byte marker, FileChannel scratch) {
    this.scratch = scratch;
    Arrays.fill(bytes, marker);
  }

  /** Those that read, then those that write, by name. */
  Map<String, Touch<ByteBuffer>> kinds() {
    if (kinds.isEmpty()) {
      decode();
      sum();
      compress();
      transfer();
    }
    return kinds;
  }

  private void decode() {
    kinds.put(
        "UTF-8 decode",
        view -> StandardCharsets.UTF_8.decode(readable(view)).toString().hashCode());
    kinds.put(
        "ISO-8859-1 decode",
        view -> StandardCharsets.ISO_8859_1.decode(readable(view)).toString().hashCode());
    MessageDigest sha = sha256();
    kinds.put(
        "SHA-256 update",
        view -> {
          sha.update(readable(view));
          return ByteBuffer.wrap(sha.digest()).getLong();
        });
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  private void sum() {
    kinds.put("CRC32", view -> sum(CRC32::new, view));
    kinds.put("CRC32C", view -> sum(CRC32C::new, view));
    kinds.put("Adler32", view -> sum(Adler32::new, view));
  }

  private static long sum(Supplier<Checksum> type, ByteBuffer view) {
    Checksum sum = type.get();
    sum.update(readable(view));
    return sum.getValue();
  }

  private void compress() {
    kinds.put("Deflater from it", view -> deflate(readable(view)));
    kinds.put("Inflater from it", view -> inflate(readable(view)));
    byte[] input = Arrays.copyOf(packed, pack());
    kinds.put("Deflater into it", view -> deflateInto(writable(view)));
    kinds.put("Inflater into it", view -> inflateInto(writable(view), input));
  }

  private int pack() {
    deflater.reset();
    deflater.setInput(bytes);
    deflater.finish();
    return deflater.deflate(packed);
  }

  private long deflate(ByteBuffer input) {
    deflater.reset();
    deflater.setInput(input);
    deflater.finish();
    int length = deflater.deflate(packed);
    return Arrays.hashCode(Arrays.copyOf(packed, length));
  }

  private long inflate(ByteBuffer input) {
    inflater.reset();
    inflater.setInput(input);
    try {
      return inflater.inflate(packed);
    } catch (DataFormatException e) {
      // What is read is no compressed data: it was read all the same, and this is the answer.
      return -1;
    }
  }

  private long deflateInto(ByteBuffer output) {
    deflater.reset();
    deflater.setInput(bytes);
    deflater.finish();
    return deflater.deflate(output);
  }

  private long inflateInto(ByteBuffer output, byte[] input) throws DataFormatException {
    inflater.reset();
    inflater.setInput(input);
    return inflater.inflate(output);
  }

  private void transfer() {
    kinds.put("FileChannel.write", view -> scratch.write(readable(view), /* position= */ 0));
    ByteBuffer source = ByteBuffer.wrap(bytes);
    kinds.put(
        "FileChannel.read",
        view -> {
          scratch.write(source.rewind(), /* position= */ 0);
          return scratch.read(writable(view), /* position= */ 0);
        });
  }
}
