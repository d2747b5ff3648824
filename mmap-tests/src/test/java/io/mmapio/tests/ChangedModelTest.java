// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.ChangedPages.PAGE;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.ChangeMark;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a region in whatever order: what changed since each mark is what an array of
 * marks says, and a backup that copies only that equals the file.
 */
final class ChangedModelTest {
  private static final int MOST_PAGES = 200;
  private static final int STEPS = 60;

  @TempDir Path directory;

  @BeforeEach
  void tracked() {
    ChangedPages.assumeTracking();
  }

  @Test
  void changesAreThoseOfTheModel() throws IOException {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    for (int round = 0; round < 60; round++) {
      run(seed + round);
    }
  }

  @Test
  @Tag("long")
  void thousandsOfTimes() throws IOException {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    for (int round = 0; round < 5_000; round++) {
      run(seed + round);
    }
  }

  private void run(long seed) throws IOException {
    try (Model model = new Model(directory, new Random(seed))) {
      for (int step = 0; step < STEPS; step++) {
        model.step();
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dmmapio.test.seed=" + seed, e);
    }
  }

  /** A file, a region of it, and when its pages changed. */
  private static final class Model implements AutoCloseable {
    private final Random random;
    private final Path file;
    private final Path backup;
    private final MappedRegion region;
    private final List<ChangeMark> marks = new ArrayList<>();
    private final int[] changed = new int[MOST_PAGES + 1]; // how many marks there were then
    private int backedUp; // the mark of the last backup
    private int pages; // begun

    Model(Path directory, Random random) throws IOException {
      this.random = random;
      this.file = directory.resolve("file");
      this.backup = directory.resolve("backup");
      Files.deleteIfExists(backup);
      Files.createFile(backup);
      Bytes.sparse(file, 0);
      Bytes.truncate(file);
      this.region =
          Mmap.file(file).access(Access.READ_WRITE).capacity((long) MOST_PAGES * PAGE).map();
      grow(1 + random.nextInt(MOST_PAGES / 2 * PAGE));
      mark();
      note(0, pages); // the first backup copies everything
      changedBefore();
    }

    /** What changed before the first mark is not known. */
    private void changedBefore() throws IOException {
      Arrays.fill(changed, 0);
      Files.write(backup, Files.readAllBytes(file));
    }

    private void mark() throws IOException {
      marks.add(region.mark());
    }

    private void note(int first, int end) {
      Arrays.fill(changed, first, end, marks.size());
    }

    private void noteBytes(long offset, long length) {
      if (length > 0) {
        note((int) (offset / PAGE), (int) ((offset + length + PAGE - 1) / PAGE));
      }
    }

    private void grow(long size) throws IOException {
      long from = region.size();
      region.grow(size);
      pages = (int) ((size + PAGE - 1) / PAGE);
      noteBytes(from, size - from);
    }

    void step() throws IOException {
      int size = Math.toIntExact(region.size());
      int offset = random.nextInt(size);
      int length = random.nextInt(Math.min(size - offset, 5 * PAGE) + 1);
      switch (random.nextInt(13)) {
        case 0, 1, 2 -> storeTo(offset, Math.min(length, 10));
        case 3 -> storeTo(offset, length);
        case 4 -> write(offset, length);
        case 5 -> checkedWrite(offset, length);
        case 6 -> resize(size);
        case 7 -> punchHole(offset, length);
        case 8 -> region.sync(offset, length, SyncMode.BLOCKING);
        case 9 -> region.pages(offset, length).evict();
        case 10 -> load(offset, length);
        case 11 -> transfer(offset, length);
        default -> mark();
      }
      if (random.nextInt(4) == 0) {
        compare();
      }
      if (random.nextInt(8) == 0) {
        backUp();
      }
    }

    private void storeTo(int offset, int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      region.buffer(offset, length).put(bytes);
      noteBytes(offset, length);
    }

    private void write(int offset, int length) throws IOException {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteBuffer block =
          random.nextBoolean()
              ? ByteBuffer.wrap(bytes)
              : ByteBuffer.allocateDirect(length).put(bytes).flip();
      region.write(offset, block);
      noteBytes(offset, length);
    }

    private void checkedWrite(int offset, int length) throws IOException {
      if (Feature.CHECKED_ACCESS.isSupported()) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        region.checked().write(offset, ByteBuffer.wrap(bytes));
        noteBytes(offset, length);
      }
    }

    private void resize(int size) throws IOException {
      if (random.nextBoolean()) {
        grow(size + random.nextInt(MOST_PAGES * PAGE - size + 1));
      } else if (Feature.SHRINK.isSupported()) {
        region.shrink(1 + random.nextInt(size));
        pages = (int) ((region.size() + PAGE - 1) / PAGE);
      }
    }

    private void punchHole(int offset, int length) throws IOException {
      region.pages(offset, length).punchHole();
      int first = (offset + PAGE - 1) / PAGE;
      int end = offset + length == region.size() && length > 0 ? pages : (offset + length) / PAGE;
      if (first < end) {
        note(first, end);
      }
    }

    private void load(int offset, int length) throws IOException {
      ByteBuffer view = region.buffer(offset, length);
      for (int at = 0; at < length; at += PAGE) {
        view.get(at);
      }
      // Pages that are only pretended to be large end where the file ends.
      int whole = (int) (region.size() / PAGE) * PAGE;
      if (offset < whole) {
        region.pages(offset, Math.min(length, whole - offset)).populate(Prefault.READ);
      }
    }

    private void transfer(int offset, int length) throws IOException {
      try (FileChannel source = FileChannel.open(file)) {
        long moved = region.transferFrom(source, offset, length);
        noteBytes(offset, moved);
      }
    }

    private void compare() throws IOException {
      int index = random.nextInt(marks.size());
      Set<Integer> expected = new TreeSet<>();
      for (int page = 0; page < pages; page++) {
        if (changed[page] > index) {
          expected.add(page);
        }
      }
      Set<Integer> found = ChangedPages.of(region.changedSince(marks.get(index)), region.size());
      Assertions.assertEquals(expected, found);
    }

    /** Copies what has changed since the last backup, and nothing else. */
    private void backUp() throws IOException {
      mark();
      List<ByteRange> ranges = region.changedSince(marks.get(backedUp));
      backedUp = marks.size() - 1;
      try (FileChannel copy = FileChannel.open(backup, StandardOpenOption.WRITE)) {
        copy.truncate(region.size());
        for (ByteRange range : ranges) {
          copy.position(range.offset());
          region.transferTo(range.offset(), range.length(), copy);
        }
      }
      Assertions.assertEquals(-1, Files.mismatch(file, backup), "the backup differs");
    }

    @Override
    public void close() {
      region.close();
    }
  }
}
