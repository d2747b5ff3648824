// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Power cuts of a simulated machine, thousands in a second: at any write and sync of a commit, a
 * checkpoint or a recovery, with any part of what was not synced on the disk. What is recovered is
 * the last commit that had returned, or the one in progress, and nothing else.
 */
final class PowerCutsTest {
  private static final int PAGES = 24;
  private static final int FILE = PAGES * MemoryPages.PAGE - 100;
  private static final int AREA = 6 * Blocks.SIZE;
  private static final int MOST_COMMITS = 14;
  private static final List<Disk.Cut> CUTS = List.of(Disk.Cut.values());

  /** Each commit is one of these: what a page contains is the number of the commit. */
  private byte[] committed = new byte[0];

  private byte[] attempted = new byte[0];
  private int number;

  @Test
  void everyCutLeavesAWholeCommit() throws IOException {
    assertEquals(0, torn(500, /* syncs= */ true));
  }

  @Test
  @Tag("long")
  void everyOneOfTwoHundredThousand() throws IOException {
    assertEquals(0, torn(50_000, /* syncs= */ true));
  }

  /** The same of a journal whose sync does nothing: the test sees it. */
  @Test
  void withoutSyncCommitsAreLost() throws IOException {
    assertTrue(torn(300, /* syncs= */ false) > 0);
  }

  private int torn(int machines, boolean syncs) throws IOException {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println(machines + " machines, -Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    int torn = 0;
    for (int i = 0; i < machines; i++) {
      torn += isTorn(random, syncs) ? 1 : 0;
    }
    return torn;
  }

  /** A machine that is started and loses its power a few times. */
  private boolean isTorn(Random random, boolean syncs) throws IOException {
    byte[] file = new byte[FILE];
    byte[] journal = new byte[0];
    committed = file;
    attempted = file;
    number = 0;
    for (int start = 0; start < 4; start++) {
      Disk.Power power = new Disk.Power();
      power.sectorsLeft = cut(random);
      Disk files = new Disk(file, power, /* syncs= */ true);
      Disk journals = new Disk(journal, power, syncs);
      boolean opened = run(files, journals, random);
      Disk.Cut cut = CUTS.get(random.nextInt(CUTS.size()));
      file = files.after(cut, random);
      journal = journals.after(cut, random);
      byte[] recovered = recovered(file, journal);
      if (!Arrays.equals(recovered, committed) && !Arrays.equals(recovered, attempted)) {
        return true;
      }
      if (opened) {
        committed = recovered;
        attempted = recovered;
      }
    }
    return false;
  }

  private static long cut(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(40);
      case 1 -> random.nextInt(200);
      default -> random.nextInt(2_000);
    };
  }

  /** Whether the power lasted until there was a journal. */
  private boolean run(Disk file, Disk journal, Random random) throws IOException {
    boolean opened = false;
    try {
      MemoryPages pages = new MemoryPages(file);
      Committer committer = new Committer(pages, file, journal, terms());
      opened = true;
      for (int left = random.nextInt(MOST_COMMITS); left >= 0; left--) {
        attempted = changed(pages, file.contents(), random);
        committer.commit();
        committed = attempted;
      }
      committer.finish();
    } catch (Disk.PowerCut e) {
      // As it was to be.
    }
    return opened;
  }

  private byte[] changed(MemoryPages pages, byte[] contents, Random random) {
    number++;
    int some = random.nextInt(8) == 0 ? PAGES : 1 + random.nextInt(5);
    for (; some > 0; some--) {
      int page = random.nextInt(PAGES);
      byte[] changed = new byte[MemoryPages.PAGE];
      Arrays.fill(changed, (byte) (random.nextInt(6) == 0 ? 0 : number));
      pages.fill(page, changed);
      int offset = page * MemoryPages.PAGE;
      System.arraycopy(changed, 0, contents, offset, Math.min(changed.length, FILE - offset));
    }
    return contents;
  }

  private static byte[] recovered(byte[] file, byte[] journal) throws IOException {
    Disk files = new Disk(file, new Disk.Power(), true);
    Recovery.open(new Disk(journal, new Disk.Power(), true), files, terms());
    return files.contents();
  }

  private static Recovery.Terms terms() {
    return new Recovery.Terms(FILE, 7, AREA, false);
  }
}
