// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.ChangeMark;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md for incremental backups. */
final class BackupRecipeTest {
  @TempDir Path directory;

  // recipe: back up only what changed
  static final class Backup {
    private final MappedRegion region;
    private final Path copy;
    private ChangeMark last;

    Backup(MappedRegion region, Path copy) throws IOException {
      this.region = region;
      this.copy = copy;
      last = region.mark(); // from here on, every store is noticed
      try (FileChannel file =
          FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        region.transferTo(0, region.size(), file);
      }
    }

    /** Copies what has changed since the last time, and returns how many bytes that was. */
    long update() throws IOException {
      ChangeMark next = region.mark(); // first: what is stored from here on is for the next time
      long copied = 0;
      try (FileChannel file = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        for (ByteRange range : region.changedSince(last)) {
          file.position(range.offset());
          copied += region.transferTo(range.offset(), range.length(), file);
        }
        file.truncate(region.size()); // the region may have shrunk
        file.force(true);
      }
      last = next; // only now: if copying fails, the next time copies it again
      return copied;
    }
  }

  // end

  @Test
  void onlyWhatChangedIsCopied() throws IOException {
    assumeTrue(Feature.CHANGE_TRACKING.isSupported(), "stores are not tracked here");
    long page = Mmap.pageSize();
    byte[] content = new byte[Math.toIntExact(100 * page)];
    Path file = Files.write(directory.resolve("file"), content);
    Path copy = directory.resolve("copy");
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).capacity(200 * page).map()) {
      Backup backup = new Backup(region, copy);
      assertEquals(0, backup.update());
      region.buffer().put(5, (byte) 5).put(content.length - 1, (byte) 6);
      assertEquals(2 * page, backup.update());
      assertEquals(-1, Files.mismatch(file, copy));
      region.grow(110 * page);
      region.buffer(105 * page, 1).put(0, (byte) 7);
      assertEquals(10 * page, backup.update());
      assertEquals(-1, Files.mismatch(file, copy));
      if (Feature.SHRINK.isSupported()) {
        region.shrink(3 * page + 1);
      }
      assertTrue(backup.update() <= page);
      assertEquals(-1, Files.mismatch(file, copy));
    }
  }
}
