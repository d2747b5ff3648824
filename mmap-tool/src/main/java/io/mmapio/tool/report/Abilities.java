// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.Feature;
import io.mmapio.Mmap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What this operating system tells of files.
 *
 * @param residency which pages of a file are in the file cache
 * @param cacheState how many are dirty, being written, or evicted
 * @param pageSize bytes in a page
 */
public record Abilities(boolean residency, boolean cacheState, long pageSize) {
  /** Asks. */
  public static Abilities detect() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return new Abilities(
        !os.startsWith("windows"), Feature.CACHE_STATE.isSupported(), Mmap.pageSize());
  }

  /** Says what is left out, in a line each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!residency) {
      notes.add("Windows does not tell which pages of a file its cache holds.");
    }
    if (!cacheState) {
      notes.add("Dirty, writeback and evicted are left out: only Linux 6.5 and later tells them.");
    }
    return notes;
  }
}
