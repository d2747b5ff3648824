// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitResidencyTest {
  @TempDir Path folder;
  private Path snapshot;
  private MmapIoDirectory directory;
  private IndexCommit commit;

  @BeforeEach
  void writeIndex() throws IOException {
    snapshot = folder.resolve("snapshot");
    directory = new MmapIoDirectory(folder.resolve("index"));
    SearchedIndex.write(directory);
    commit = DirectoryReader.listCommits(directory).getLast();
  }

  @AfterEach
  void closeDirectory() throws IOException {
    directory.close();
  }

  @Test
  void whatWasInMemoryComesBackAndNothingElse() throws IOException {
    evictAll();
    Path vectors = file(".vec");
    try (MappedRegion region = Mmap.map(vectors)) {
      region.pages(0, 2 * Mmap.pageSize()).populate(Prefault.READ);
    }
    List<Long> before = residentPages();
    CommitResidency.save(directory, commit, snapshot);
    evictAll();
    assertEquals(0, residentPages().stream().mapToLong(pages -> pages).sum());
    long loaded = CommitResidency.load(directory, commit, snapshot);
    assertEquals(before, residentPages());
    assertTrue(loaded >= 2 * Mmap.pageSize(), "loaded " + loaded);
  }

  @Test
  void aFileOfAnotherLengthIsSkipped() throws IOException {
    CommitResidency.save(directory, commit, snapshot);
    long all = CommitResidency.load(directory, commit, snapshot);
    Path vectors = file(".vec");
    long length = Files.size(vectors);
    Files.write(vectors, new byte[1], StandardOpenOption.APPEND);
    assertEquals(all - length, CommitResidency.load(directory, commit, snapshot));
  }

  @Test
  void whatIsNotASnapshotIsRefused() throws IOException {
    Files.writeString(snapshot, "something else\n");
    assertThrows(IOException.class, () -> CommitResidency.load(directory, commit, snapshot));
    CommitResidency.save(directory, commit, snapshot);
    Path vectors = file(".vec");
    Files.writeString(
        snapshot,
        "mmap-io commit residency 1\n"
            + vectors.getFileName()
            + " "
            + Files.size(vectors)
            + " 1 99999999\n");
    assertThrows(IOException.class, () -> CommitResidency.load(directory, commit, snapshot));
  }

  private Path file(String ending) throws IOException {
    for (String name : commit.getFileNames()) {
      if (name.endsWith(ending)) {
        return directory.getDirectory().resolve(name);
      }
    }
    throw new AssertionError(ending);
  }

  private void evictAll() throws IOException {
    for (String name : commit.getFileNames()) {
      try (MappedRegion region = Mmap.map(directory.getDirectory().resolve(name))) {
        region.pages().evict();
      }
    }
  }

  private List<Long> residentPages() throws IOException {
    List<Long> pages = new ArrayList<>();
    for (String name : commit.getFileNames()) {
      try (MappedRegion region = Mmap.map(directory.getDirectory().resolve(name))) {
        pages.add(region.incore().resident());
      }
    }
    return pages;
  }
}
