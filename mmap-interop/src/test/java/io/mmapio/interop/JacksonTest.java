// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON that Jackson parses from a view. */
final class JacksonTest {
  private static final int OBJECTS = 500_000;

  @TempDir Path directory;

  // recipe: parse JSON with Jackson
  /** Adds up a number of every object in a file; Jackson copies 8,000 bytes at a time. */
  static long sum(Path file, String field) throws IOException {
    try (MappedRegion region = Mmap.file(file).advise(Advice.SEQUENTIAL).map();
        JsonParser parser =
            new JsonFactory().createParser(new ByteBufferBackedInputStream(region.buffer()))) {
      long sum = 0;
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && field.equals(parser.currentName())) {
          sum += parser.getLongValue();
        }
      }
      return sum;
    }
  }

  // end

  @Test
  void fileIsParsedWithoutACopyOfIt() throws Exception {
    Path file = directory.resolve("objects.json");
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < OBJECTS; i++) {
        out.write("{\"id\":" + i + ",\"name\":\"number " + i + "\",\"more\":[1,2,3]}\n");
      }
    }
    assertTrue(Files.size(file) > 20 << 20);
    assertEquals(OBJECTS / 2 * (OBJECTS - 1L), Allocations.atMost(8 << 20, () -> sum(file, "id")));
  }
}
