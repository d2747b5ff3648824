// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Path;

/** A program that maps a file, reads its first byte, and ends: what that loads is all it loads. */
final class FirstByte {
  private FirstByte() {}

  /** Argument: the file. */
  public static void main(String[] arguments) throws IOException {
    try (MappedRegion region = Mmap.map(Path.of(arguments[0]))) {
      System.out.println(region.buffer().get(0));
    }
    System.out.println("closed");
  }
}
