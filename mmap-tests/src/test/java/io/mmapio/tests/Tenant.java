// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.LostPageException;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.zip.CRC32;

/**
 * One of several applications in a JVM, each with its own copy of the library and a file that it
 * maps under guard. Does what it is told, with the words below.
 */
public final class Tenant implements BiFunction<String, Path, Object> {
  /** Maps the file. */
  static final String MAP = "map";

  /** Answers a view. */
  static final String VIEW = "view";

  /**
   * Reads all bytes in native code, where a lost page would end the JVM; answers their checksum.
   */
  static final String CHECKSUM = "checksum";

  /** Calls the region; answers what it says of a lost page, or null. */
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
        case MAP -> map(file);
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

  private Object map(Path file) throws IOException {
    region = Mmap.file(file).access(Access.READ_WRITE).guarded().map();
    view = region.buffer();
    return null;
  }

  static Object checksum(ByteBuffer view) {
    CRC32 sum = new CRC32();
    sum.update(view.duplicate());
    return sum.getValue();
  }

  private Object call() throws IOException {
    try {
      region.advise(Advice.NORMAL);
      return null;
    } catch (LostPageException e) {
      return e.getMessage();
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
