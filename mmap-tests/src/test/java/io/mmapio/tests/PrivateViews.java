// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that holds views of every kind of memory that no file has, and has their regions
 * closed, dropped and collected. It ends with an error where a view does not show what was written
 * there, or zeros if the region was closed.
 */
final class PrivateViews {
  private static final int SIZE = 16 << 10;

  private static final byte[] ZEROS = new byte[SIZE];

  private final List<Held> all = new ArrayList<>();
  private final List<Fate> fates = new ArrayList<>();
  private final byte[] written = new byte[SIZE];

  private PrivateViews() {
    for (int i = 0; i < SIZE; i++) {
      written[i] = (byte) ~Bytes.patternAt(i);
    }
  }

  /** Argument: a directory. */
  public static void main(String[] arguments) throws IOException {
    PrivateViews program = new PrivateViews();
    Path file = Bytes.patterned(Path.of(arguments[0], "file"), SIZE);
    for (Fate fate : Fate.values()) {
      for (ViewKind kind : ViewKind.all()) {
        program.map(Mmap.anonymous(SIZE), kind, fate);
        program.map(Mmap.file(file).access(Access.COPY_ON_WRITE), kind, fate);
      }
    }
    program.lose();
    System.out.println("views " + program.all.size());
    Held.requireNothingLeft(program.all);
  }

  private void map(MapOptions options, ViewKind kind, Fate fate) throws IOException {
    Held held = Held.map(options, kind);
    ByteBuffer whole = held.region().buffer();
    whole.put(written);
    all.add(held);
    fates.add(fate);
  }

  private void lose() throws IOException {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).meet(fates.get(i));
    }
    for (int rounds = 0; rounds < 3; rounds++) {
      Held.collect(all);
      for (int i = 0; i < all.size(); i++) {
        System.out.println(i + " " + fates.get(i)); // the last of them if reading ends this JVM
        all.get(i).view().requireContent(fates.get(i).closed ? ZEROS : written);
      }
    }
  }
}
