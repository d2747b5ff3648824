// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileGroupTest {
  private final List<FileGroup> ended = new ArrayList<>();
  private final FileGroup group = new FileGroup(ended::add);

  @Test
  void theLastFileEndsTheGroupAndNobodyJoinsIt() throws IOException {
    try (MappedRegion one = Mmap.anonymous(1).map();
        MappedRegion two = Mmap.anonymous(1).map()) {
      assertTrue(group.join());
      group.end(one);
      ArenaCloser.await();
      assertEquals(List.of(), ended);
      assertTrue(group.arena().scope().isAlive());
      assertTrue(one.isOpen());
      group.end(two);
      assertEquals(List.of(group), ended);
      assertFalse(group.join());
      ArenaCloser.await();
      assertFalse(group.arena().scope().isAlive());
      assertFalse(one.isOpen());
      assertFalse(two.isOpen());
    }
  }

  /** Or mappings would run out. */
  @Test
  void notTooManyFilesWaitForTheirEnd() throws IOException {
    List<MappedRegion> regions = new ArrayList<>();
    for (int i = 0; i <= ArenaCloser.MOST_WAITING; i++) {
      regions.add(Mmap.anonymous(1).map());
    }
    Arena arena = Arena.ofShared();
    ArenaCloser.closeLater(arena, regions);
    assertFalse(arena.scope().isAlive());
    assertTrue(regions.stream().noneMatch(MappedRegion::isOpen));
  }

  /** Or files of a segment that gets new generations would never be released. */
  @Test
  void aGroupDoesNotGrowForEver() throws IOException {
    try (MappedRegion region = Mmap.anonymous(1).map()) {
      int joined = 1;
      while (group.join()) {
        joined++;
      }
      assertEquals(64, joined);
      group.end(region);
      assertFalse(group.join());
    }
  }
}
