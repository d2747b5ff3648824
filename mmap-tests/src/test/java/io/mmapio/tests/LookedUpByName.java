// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Has the native library look up all it ever looks up: see {@link NativeImageMetadataTest}. */
final class LookedUpByName {
  private LookedUpByName() {}

  public static void main(String[] args) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(Path.of(args[0]).toFile(), "rw")) {
      file.setLength(Mmap.pageSize());
      view(Mmap.map(Path.of(args[0]), Access.READ_ONLY));
      view(Mmap.map(Path.of(args[0]), Access.READ_WRITE));
      view(Mmap.file(file.getChannel()).map());
      view(Mmap.file(file.getFD()).map());
    }
    System.out.println("done");
  }

  private static void view(MappedRegion mapped) throws Exception {
    try (MappedRegion region = mapped;
        AutoCloseable arena = SegmentCalls.confinedArena()) {
      region.buffer(0, 1).get(0);
      region.as(SegmentTouches.segmentType(), 0, 1);
      region.as(SegmentTouches.segmentType(), 0, 1, arena);
    }
  }
}
