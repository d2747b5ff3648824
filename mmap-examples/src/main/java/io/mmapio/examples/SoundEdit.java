// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * An edit of samples that can be heard before it is saved. The samples are changed in a
 * copy-on-write mapping: {@link #close()} throws the changes away, {@link #commit()} saves them.
 *
 * <p>To save, the new bytes are first written to a file beside the recording, made durable, and
 * then renamed: from then on, {@link #finish} completes the edit, whatever happens to the process.
 * So the recording has all of an edit or nothing of it.
 */
final class SoundEdit implements AutoCloseable {
  private static final int HEADER = 24;
  private static final int LENGTH_AT = 8;
  private static final int CHECK_AT = 16;

  private final Path path;
  private final long offset;
  private final MappedRegion preview;

  private SoundEdit(Path path, long offset, MappedRegion preview) {
    this.path = path;
    this.offset = offset;
    this.preview = preview;
  }

  /** Begins an edit of some bytes, at most 2 GiB. */
  static SoundEdit begin(Path path, long offset, long length) throws IOException {
    return new SoundEdit(
        path, offset, Mmap.file(path).access(Access.COPY_ON_WRITE).range(offset, length).map());
  }

  /** The samples, with all changes so far. */
  ByteBuffer samples() {
    return preview.buffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Makes all samples louder or softer. */
  void gain(double factor) {
    ByteBuffer samples = samples();
    for (int at = 0; at + Short.BYTES <= samples.capacity(); at += Short.BYTES) {
      long louder = Math.round(samples.getShort(at) * factor);
      long most = Math.min(Short.MAX_VALUE, Math.max(Short.MIN_VALUE, louder));
      samples.putShort(at, (short) most);
    }
  }

  /** Saves the changes. After a crash at any moment, {@link #finish} leaves all or nothing. */
  void commit() throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(draft);
    ByteBuffer samples = preview.buffer();
    long size = HEADER + preview.size();
    try (MappedRegion redo =
        Mmap.file(draft).access(Access.READ_WRITE).range(0, size).extend().map()) {
      redo.buffer(HEADER, preview.size()).put(samples.duplicate());
      redo.buffer(0, HEADER)
          .putLong(0, offset)
          .putLong(LENGTH_AT, preview.size())
          .putLong(CHECK_AT, check(samples));
      redo.sync();
    }
    Files.move(draft, redoOf(path), StandardCopyOption.ATOMIC_MOVE);
    syncFolder(path);
    finish(path);
  }

  /** Completes an edit that a crash has interrupted. To be called before the file is used. */
  static void finish(Path path) throws IOException {
    Path saved = redoOf(path);
    if (!Files.exists(saved)) {
      return;
    }
    try (MappedRegion redo = Mmap.map(saved);
        MappedRegion file = Mmap.map(path, Access.READ_WRITE)) {
      ByteBuffer head = redo.buffer(0, HEADER);
      long offset = head.getLong(0);
      long length = head.getLong(LENGTH_AT);
      ByteBuffer samples = redo.buffer(HEADER, length);
      if (check(samples) != head.getLong(CHECK_AT)) {
        throw new IOException(saved + " is damaged, and the edit in it is lost");
      }
      file.buffer(offset, length).put(samples);
      file.sync(offset, length);
    }
    Files.delete(saved);
    syncFolder(path);
  }

  private static Path redoOf(Path path) {
    return path.resolveSibling(path.getFileName() + ".redo");
  }

  private static long check(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate());
    return sum.getValue();
  }

  /** Makes a new name durable, where the system allows a folder to be opened. */
  private static void syncFolder(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public void close() {
    preview.close();
  }
}
