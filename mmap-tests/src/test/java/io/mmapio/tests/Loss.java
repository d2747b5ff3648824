// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The ways in which pages that are mapped, or the region that mapped them, are lost. */
enum Loss {
  /** The file is shorter than its mapping. */
  TRUNCATED {
    @Override
    void happen(MappedRegion region, Place place) throws IOException {
      cut(place.file(), 0);
    }
  },

  /** The region is closed, and the view is not. */
  CLOSED(Fate.CLOSED),

  /** Nobody held the region and the collector took it: the view is all that is left of it. */
  COLLECTED(Fate.DROPPED),

  /** The region was closed, and then it was collected. */
  CLOSED_AND_COLLECTED(Fate.CLOSED_AND_DROPPED),

  /** The file has no storage, and the disk has no more. For a small tmpfs. */
  FULL_DISK {
    @Override
    void happen(MappedRegion region, Place place) throws IOException {
      region.pages().punchHole();
      ByteBuffer page = ByteBuffer.allocate(4096);
      try (FileChannel filler =
          FileChannel.open(place.filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        while (filler.write(page.clear()) > 0) {
          // until it is full
        }
      } catch (IOException e) {
        return; // that was the point
      }
      throw new IllegalStateException("the disk is never full");
    }

    @Override
    void undo(Place place) throws IOException {
      Files.deleteIfExists(place.filler());
    }
  },

  /** The device fails. For a disk that is an image. */
  READ_ERROR {
    @Override
    void happen(MappedRegion region, Place place) throws IOException {
      region.sync();
      region.pages().evict();
      cut(place.image(), KEPT);
    }

    @Override
    void undo(Place place) throws IOException {
      try (FileChannel image = FileChannel.open(place.image(), StandardOpenOption.WRITE)) {
        image.write(ByteBuffer.allocate(1), Machine.DISK - 1);
      }
    }
  };

  /** Of an image: where a file system has what it needs to go on. */
  private static final long KEPT = 1 << 20;

  /**
   * Where it happens.
   *
   * @param file that is mapped
   * @param image the disk it lies on, or a name that is not used
   */
  record Place(Path file, Path image) {
    Path filler() {
      return file.resolveSibling("filler");
    }
  }

  /** What becomes of the region; null if it stays as it is, and its pages do not. */
  final Fate fate;

  Loss() {
    this(null);
  }

  Loss(Fate fate) {
    this.fate = fate;
  }

  /** Takes the pages of a region away: for those without a {@link #fate}. */
  void happen(MappedRegion region, Place place) throws IOException {
    throw new UnsupportedOperationException(name());
  }

  /** Makes room for the next time. */
  void undo(Place place) throws IOException {}

  /** A child in a place where it can happen. */
  ChildJvm in(ChildJvm child, Path directory, Path image) throws IOException {
    return switch (this) {
      case TRUNCATED, CLOSED, COLLECTED, CLOSED_AND_COLLECTED -> child;
      case FULL_DISK -> child.under(Machine.withTmpfs(directory, "size=1m"));
      case READ_ERROR -> child.under(Machine.withDisk("ext4", Machine.DISK, image, directory));
    };
  }

  private static void cut(Path file, long size) throws IOException {
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      other.truncate(size);
    }
  }
}
