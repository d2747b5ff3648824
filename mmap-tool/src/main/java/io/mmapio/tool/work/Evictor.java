// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import io.mmapio.CacheState;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Writes back what is dirty, and drops the pages of a file from memory. */
public final class Evictor {
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs", "hugetlbfs");

  /**
   * What came of it.
   *
   * @param before pages that were in memory
   * @param left pages that still are
   * @param isKnown false if this process is not told
   * @param why what holds them, empty if nothing is left
   */
  public record Outcome(long before, long left, boolean isKnown, String why) {}

  private final Holders holders = new Holders();

  /** Evicts a range of a file. */
  public Outcome evict(Path path, long offset, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(path);
        MappedRegion region = Mmap.file(channel).range(offset, length).map()) {
      long before = region.incore().resident();
      String refused = writeBack(channel, region);
      region.pages().evict();
      Residency after = region.incore();
      boolean isKnown = after.unknown() == 0;
      long left = after.resident();
      String why = isKnown && left > 0 ? why(path, region, refused) : "";
      return new Outcome(before, left, isKnown, why);
    }
  }

  /** Writes through the descriptor, which needs no right to write; empty if nothing went wrong. */
  private static String writeBack(FileChannel channel, MappedRegion region) throws IOException {
    CacheState state = region.pages().cacheState().orElse(null);
    if (state != null && state.dirty() + state.writeback() == 0) {
      return "";
    }
    try {
      channel.force(false);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String why(Path path, MappedRegion region, String refused) throws IOException {
    String type = Files.getFileStore(path).type();
    if (IN_MEMORY.contains(type)) {
      return "lives in memory (" + type + "), there is nowhere else";
    }
    CacheState state = region.pages().cacheState().orElse(null);
    if (state != null && state.dirty() + state.writeback() > 0) {
      return "dirty"
          + (refused.isEmpty()
              ? ": written to all the time"
              : ", could not be written: " + refused);
    }
    String held = holders.of(path);
    return held.isEmpty()
        ? "held by the kernel, or mapped by a process that this user may not look into"
        : held;
  }
}
