// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Contents in which no two pages are alike. */
final class Patterns {
  private Patterns() {}

  static Path file(Path file, int size) throws IOException {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = at(i);
    }
    return Files.write(file, content);
  }

  static byte at(long offset) {
    return (byte) (offset % 251);
  }
}
