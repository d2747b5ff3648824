// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.zip.CRC32;

/**
 * An application that does what it is told, with the words below; there may be several in a JVM,
 * each with its own copy of the library and its own file.
 */
public final class Tenant implements BiFunction<String, Path, Object> {
  /** Maps the file under guard. */
  static final String MAP = "map";

  /** Maps it without one. */
  static final String MAP_PLAIN = "map plain";

  /** Answers a view. */
  static final String VIEW = "view";

  /**
   * Reads all bytes in native code, where a lost page would end the JVM; answers their checksum.
   */
  static final String CHECKSUM = "checksum";

  /** Calls the region; answers its exception as text, or null. */
  static final String CALL = "call";

  /** Closes the region; answers what it complains of, or null. */
  static final String CLOSE = "close";

  private MappedRegion region;
  private ByteBuffer view;

  /** Called by reflection. */
  public Tenant() {}

  @Override
  public Object apply(String word, Path file) {
    try {
      return switch (word) {
        case MAP -> map(Mmap.file(file).guarded());
        case MAP_PLAIN -> map(Mmap.file(file));
        case VIEW -> view;
        case CHECKSUM -> checksum(view);
        case CALL -> call();
        case CLOSE -> close();
        default -> throw new IllegalArgumentException(word);
      };
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object map(MapOptions options) throws IOException {
    region = options.access(Access.READ_WRITE).map();
    view = region.buffer();
    return null;
  }

  static Object checksum(ByteBuffer view) {
    CRC32 sum = new CRC32();
    sum.update(view.duplicate());
    return sum.getValue();
  }

  private Object call() {
    try {
      region.advise(Advice.NORMAL);
      return null;
    } catch (IOException e) { // no class of the library's, which would be loaded with this one
      return e.toString();
    }
  }

  private Object close() {
    try {
      region.close();
      return null;
    } catch (UncheckedIOException e) {
      return e.getMessage();
    }
  }
}
