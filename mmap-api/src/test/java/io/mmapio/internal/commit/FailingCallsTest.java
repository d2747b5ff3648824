// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every call fails once: a write of any block, a sync. Then a commit either has not happened and
 * can be made again or rolled back, or the file has to be opened again, and has it or not.
 */
final class FailingCallsTest {
  private static final int PAGES = 12;
  private static final int FILE = PAGES * MemoryPages.PAGE;
  private static final int AREA = 4 * Blocks.SIZE;
  private static final int COMMITS = 6;

  private final Disk.Power power = new Disk.Power();
  private Disk file = new Disk(new byte[FILE], power, true);
  private Disk journal = new Disk(new byte[0], power, true);
  private byte[] committed = new byte[FILE];
  private byte[] attempted = new byte[FILE];

  @Test
  void failedCommitCanBeMadeAgain() throws IOException {
    everyCall(/* rollback= */ false);
  }

  /** And is not found after a power cut that comes later. */
  @Test
  void failedCommitCanBeRolledBack() throws IOException {
    everyCall(/* rollback= */ true);
  }

  private void everyCall(boolean rollback) throws IOException {
    int failing = 0;
    while (fails(failing, rollback)) {
      failing++;
    }
    assertTrue(failing > 100, failing + " calls");
  }

  /** Whether the call of that number was made, and failed. */
  private boolean fails(int number, boolean rollback) throws IOException {
    file = new Disk(new byte[FILE], power, true);
    journal = new Disk(new byte[0], power, true);
    committed = new byte[FILE];
    MemoryPages pages = new MemoryPages(file);
    Committer committer = new Committer(pages, file, journal, terms());
    power.failAt = number;
    for (int commit = 1; commit <= COMMITS && power.failAt >= 0; commit++) {
      attempted = change(pages, commit);
      try {
        committer.commit();
        committed = attempted;
      } catch (Disk.Failure e) {
        afterFailure(committer, rollback);
      }
    }
    boolean failed = power.failAt < 0;
    power.failAt = -1;
    return failed;
  }

  private byte[] change(MemoryPages pages, int commit) {
    byte[] contents = file.contents();
    for (int page = commit % 3; page < PAGES; page += commit == 4 ? 1 : 5) {
      byte[] changed = new byte[MemoryPages.PAGE];
      Arrays.fill(changed, (byte) (page == 7 ? 0 : commit));
      pages.fill(page, changed);
      System.arraycopy(changed, 0, contents, page * MemoryPages.PAGE, MemoryPages.PAGE);
    }
    return contents;
  }

  private void afterFailure(Committer committer, boolean rollback) throws IOException {
    try {
      if (rollback) {
        committer.rollback();
        attempted = committed;
      } else {
        committer.commit();
        committed = attempted;
      }
      assertArrayEquals(committed, file.contents());
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("an earlier commit"), e.toString());
      assertThrows(IOException.class, committer::rollback);
      committer.finish(); // leaves the journal as it is
    }
    byte[] recovered = recovered(file.contents(), journal.contents());
    assertTrue(isEither(recovered), "without a power cut");
    Random random = new Random(1);
    for (Disk.Cut cut : Disk.Cut.values()) {
      byte[] left = recovered(file.after(cut, random), journal.after(cut, random));
      assertTrue(isEither(left), () -> "after a power cut that leaves " + cut);
    }
  }

  private boolean isEither(byte[] contents) {
    return Arrays.equals(contents, committed) || Arrays.equals(contents, attempted);
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
