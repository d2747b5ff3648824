// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of Protobuf, parsed from a view. */
final class ProtobufTest {
  private static final int MESSAGES = 8;
  private static final int PAYLOAD = 4 << 20;

  @TempDir Path directory;

  // recipe: parse Protobuf
  /** Parses the next of messages that have their length before them. */
  static <T> T next(ByteBuffer view, Parser<T> parser) throws IOException {
    int length = length(view);
    T message = parser.parseFrom(view.slice(view.position(), length)); // not the whole view
    view.position(view.position() + length);
    return message;
  }

  private static int length(ByteBuffer view) {
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = view.get();
      length |= (part & 0x7f) << shift;
      if (part >= 0) {
        return length;
      }
    }
  }

  // end

  @Test
  void messagesAreParsedOneAfterTheOther() throws IOException {
    try (MappedRegion region = Mmap.map(file())) {
      ByteBuffer view = region.buffer();
      for (int i = 0; i < MESSAGES; i++) {
        ByteString payload = next(view, BytesValue.parser()).getValue();
        assertEquals(PAYLOAD, payload.size());
        assertEquals(i, payload.byteAt(0));
        assertEquals(100 + i, payload.byteAt(PAYLOAD - 1));
      }
      assertFalse(view.hasRemaining());
    }
  }

  /** Protobuf copies what it is given: one message, and its bytes once more. */
  @Test
  void fileIsNotCopiedToTheHeap() throws Exception {
    try (MappedRegion region = Mmap.map(file())) {
      assertTrue(region.size() > 4L * (2 * PAYLOAD));
      ByteBuffer view = region.buffer();
      Allocations.atMost(2 * PAYLOAD + (1 << 20), () -> next(view, BytesValue.parser()));
    }
  }

  @Test
  void messagesOutliveTheRegion() throws IOException {
    BytesValue message;
    try (MappedRegion region = Mmap.map(file())) {
      message = next(region.buffer(), BytesValue.parser());
    }
    assertEquals(100, message.getValue().byteAt(PAYLOAD - 1));
  }

  /** Messages are also written to a region, without a stream. */
  @Test
  void messagesAreWrittenToPages() throws IOException {
    Path file = Files.createFile(directory.resolve("written"));
    BytesValue message = BytesValue.of(ByteString.copyFromUtf8("of mmap-io"));
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, 4096).extend().map()) {
      CodedOutputStream out = CodedOutputStream.newInstance(region.buffer());
      out.writeUInt32NoTag(message.getSerializedSize());
      message.writeTo(out);
      out.flush();
      region.trimOnClose(out.getTotalBytesWritten());
    }
    try (InputStream in = Files.newInputStream(file)) {
      assertEquals(message, BytesValue.parseDelimitedFrom(in));
      assertEquals(-1, in.read());
    }
  }

  private Path file() throws IOException {
    Path file = directory.resolve("messages");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < MESSAGES; i++) {
        byte[] payload = new byte[PAYLOAD];
        payload[0] = (byte) i;
        payload[PAYLOAD - 1] = (byte) (100 + i);
        BytesValue.of(UnsafeByteOperations.unsafeWrap(payload)).writeDelimitedTo(out);
      }
    }
    return file;
  }
}
