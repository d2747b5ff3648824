// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A view of a region of a file of its own, and what its bytes must be. */
final class LeakedView {
  private static final int PAGES = 4;
  private static final byte BEFORE = 0x11;
  private static final byte AFTER = 0x22;

  private final String name;
  private final Path file;
  private final Fate fate;
  private final boolean guarded;
  private final Held held;
  private byte[] content;
  private byte[] inFile; // of a closed region: what it was before that
  private boolean lost;

  private LeakedView(String name, Path file, Fate fate, boolean guarded, Held held) {
    this.name = name;
    this.file = file;
    this.fate = fate;
    this.guarded = guarded;
    this.held = held;
  }

  static LeakedView map(Path directory, ViewKind kind, Fate fate, boolean guarded)
      throws IOException {
    String name = kind + " " + fate + (guarded ? " GUARDED" : "");
    Path file = Files.write(directory.resolve(name), content(name));
    MapOptions options = Mmap.file(file).access(Access.READ_WRITE);
    Held held = Held.map(guarded ? options.guarded() : options, kind);
    LeakedView view = new LeakedView(name, file, fate, guarded, held);
    view.content = content(name);
    return view;
  }

  /**
   * Whatever width it is read in and whatever digest is made of it, it is not what zeros give, nor
   * another view's.
   */
  private static byte[] content(String name) {
    byte[] content = new byte[Math.toIntExact(PAGES * Mmap.pageSize())];
    byte[] word = name.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < content.length; i++) {
      content[i] = word[i % word.length];
    }
    content[Touch.half(content.length) - 1] = 0; // where a string ends
    return content;
  }

  Held held() {
    return held;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Loses the region, but for what the collector does. */
  void lose() throws IOException {
    held.meet(fate);
    lost = true;
    if (fate.closed) {
      inFile = content;
      content = new byte[content.length];
    }
  }

  /** Holds the view against what it must show, and the file too. */
  void compare() throws IOException {
    try {
      held.view().requireContent(content);
    } catch (AssertionError e) {
      throw new AssertionError(name, e);
    }
    byte[] found = Files.readAllBytes(file);
    byte[] expected = inFile == null ? content : inFile;
    require(Arrays.equals(found, expected), "the file, at " + Arrays.mismatch(found, expected));
  }

  /** Reads and writes, and compares. */
  void touch(Touches touches) throws Throwable {
    compare();
    ByteBuffer same = reference();
    touch(held.view(), touches, same);
    compareWith(same);
  }

  /** What the view must be like now. */
  private ByteBuffer reference() {
    HeldView view = held.view();
    return ByteBuffer.allocateDirect(view.length).put(content, view.offset, view.length).clear();
  }

  private void compareWith(ByteBuffer same) throws IOException {
    content = content.clone();
    same.get(0, content, held.view().offset, held.view().length);
    compare();
  }

  /** Touches the bytes or the segment that the view is, in one way and so often, and compares. */
  void touch(Touch<Object> touch, int times) throws Throwable {
    HeldView view = held.view();
    ByteBuffer same = reference();
    Object like = view.view() instanceof ByteBuffer ? same : SegmentTouches.ofBuffer(same);
    for (int i = 0; i < times; i++) {
      long found = touch.on(view.view());
      // The first finds what was there before, all others find what the first has left.
      long expected = i < 2 ? touch.on(like) : found;
      require(found == expected, found + ", not " + expected);
    }
    compareWith(same);
  }

  private void touch(HeldView view, Touches touches, ByteBuffer same) throws Throwable {
    byte marker = lost ? AFTER : BEFORE;
    if (view.isWritable()) {
      view.put(view.length - 1, marker);
      same.put(view.length - 1, marker);
      touches.touch(view.view(), same, marker, /* byKernel= */ !(guarded && lost), name);
    }
  }

  /** Cuts the file of a guarded region that is still mapped: it reads as zeros from then on. */
  void truncate(Touches touches) throws Throwable {
    if (guarded && !fate.closed) {
      try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
        other.truncate(0);
      }
      System.out.println(name + " truncated");
      HeldView view = held.view();
      view.requireContent(new byte[content.length]);
      touch(view, touches, ByteBuffer.allocateDirect(view.length));
    }
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(name + ": " + what);
    }
  }
}
