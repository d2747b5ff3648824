// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Edits ten seconds of a recording: first thrown away, then saved and taken back. */
final class MediaEditShow {
  private static final int SECONDS = 10;

  private final Path path;
  private final Report report;

  MediaEditShow(Path path, Report report) {
    this.path = path;
    this.report = report;
  }

  void show() throws IOException {
    Wav wav;
    try (MappedRegion region = Mmap.map(path)) {
      wav = Wav.of(region);
    }
    long seconds = Math.min(SECONDS, wav.frames() / wav.rate());
    long middle = wav.frames() / wav.rate() / 2 - seconds / 2;
    long offset = wav.at(middle * wav.rate());
    int length = Math.toIntExact(seconds * wav.rate() * wav.frameBytes());
    byte[] before = read(offset, length);
    try (SoundEdit edit = SoundEdit.begin(path, offset, length)) {
      edit.gain(0.5);
      report.check(isHalf(before, edit.samples()), "the preview is half as loud");
    }
    report.check(isHalf(before, wrap(before)) == isSilent(before), "the check can tell");
    report.check(same(before, read(offset, length)), "what was thrown away is not in the file");
    try (SoundEdit edit = SoundEdit.begin(path, offset, length)) {
      edit.gain(0.5);
      edit.commit();
    }
    report.check(isHalf(before, wrap(read(offset, length))), "file I/O reads what was saved");
    try (SoundEdit edit = SoundEdit.begin(path, offset, length)) {
      edit.samples().put(before);
      edit.commit();
    }
    report.check(same(before, read(offset, length)), "file I/O reads what was taken back");
  }

  private byte[] read(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(offset);
      file.readFully(bytes);
    }
    return bytes;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static boolean same(byte[] one, byte[] other) {
    return wrap(one).equals(wrap(other));
  }

  private static boolean isSilent(byte[] bytes) {
    return same(bytes, new byte[bytes.length]);
  }

  static boolean isHalf(byte[] before, ByteBuffer after) {
    ByteBuffer whole = wrap(before);
    for (int at = 0; at + Short.BYTES <= before.length; at += Short.BYTES) {
      if (Math.round(whole.getShort(at) * 0.5) != after.getShort(at)) {
        return false;
      }
    }
    return true;
  }
}
