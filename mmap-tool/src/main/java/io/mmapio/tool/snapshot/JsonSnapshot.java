// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.mmapio.tool.scan.Names;
import io.mmapio.tool.scan.Runs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a snapshot of what {@code mmap look --json} has written, file by file. */
final class JsonSnapshot {
  private static final int RUNS_LIMIT = 8 << 20;

  private final Path json;
  private final Path target;
  private long pageSize;

  private JsonSnapshot(Path json, Path target) {
    this.json = json;
    this.target = target;
  }

  /** Whether a file looks like JSON. */
  static boolean isJson(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.read() == '{';
    }
  }

  static void convert(Path json, Path target) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      new JsonSnapshot(json, target).convert(parser);
    } catch (JsonProcessingException e) {
      throw new IOException(json + ": is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private void convert(JsonParser parser) throws IOException {
    boolean ours = false;
    boolean ended = false;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "format" -> ours = "mmap-look".equals(parser.getText());
        case "pageSize" -> pageSize = parser.getLongValue();
        case "files" -> {
          if (!ours || pageSize <= 0) {
            throw new IOException(json + ": not written by 'mmap look --json'");
          }
          files(parser);
          ended = true;
        }
        default -> parser.skipChildren();
      }
    }
    if (!ended) {
      throw new IOException(json + ": not written by 'mmap look --json'");
    }
  }

  private void files(JsonParser parser) throws IOException {
    try (SnapshotWriter writer = new SnapshotWriter(target, pageSize, path -> path)) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        FileRecord file = file(parser);
        if (file.resident() > 0) {
          writer.add(file);
        }
      }
      writer.finish();
    }
  }

  private static FileRecord file(JsonParser parser) throws IOException {
    byte[] path = {};
    long[] numbers = new long[4];
    @Nullable Runs runs = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "path" -> path = path.length == 0 ? bytes(parser.getText()) : path;
        case "pathBytes" -> path = parser.getBinaryValue();
        case "size" -> numbers[0] = parser.getLongValue();
        case "modified" -> numbers[1] = parser.getLongValue();
        case "pages" -> numbers[2] = parser.getLongValue();
        case "resident" -> numbers[3] = parser.getLongValue();
        case "runs" -> runs = runs(parser);
        default -> parser.skipChildren();
      }
    }
    Path whole = Names.path(path);
    Path parent = whole.getParent();
    return new FileRecord(
        parent == null ? new byte[0] : Names.bytes(parent),
        Names.bytes(Names.last(whole)),
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        runs);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Runs runs(JsonParser parser) throws IOException {
    Runs.Builder runs = new Runs.Builder(RUNS_LIMIT);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      long first = parser.getLongValue();
      parser.nextToken();
      runs.add(first, parser.getLongValue());
    }
    return runs.finished();
  }
}
