// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Prefault;
import io.mmapio.Residency;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.IndexCommit;

/**
 * Saves which parts of the files of a commit are in memory, and brings these parts back later, for
 * example after a restart and before a reader is given to searchers.
 *
 * <p>A snapshot is a text file. It contains names and lengths of files and ranges of bytes, and
 * nothing of what is in them. Lucene never changes a file, so a file of the same name and length is
 * taken for the same file. Files of the snapshot that are not in the commit are skipped, as are
 * files of the commit that are not in the snapshot.
 */
public final class CommitResidency {
  private static final String FORMAT = "mmap-io commit residency 1";

  private CommitResidency() {}

  /**
   * Saves which parts of the files are in memory now. Where the operating system hides the
   * residency from this process, nothing is known to be in memory: see {@link
   * MappedRegion#incore(long, long)}.
   *
   * @param directory of the index
   * @param commit whose files are examined, see {@code DirectoryReader.getIndexCommit()}
   * @param snapshot is written, and replaced if it exists; outside of the index
   * @throws IOException if a file cannot be mapped, or the snapshot cannot be written
   */
  public static void save(MmapIoDirectory directory, IndexCommit commit, Path snapshot)
      throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(snapshot)) {
      lines.write(FORMAT + "\n");
      for (String name : commit.getFileNames()) {
        try (MappedRegion region = Mmap.map(directory.getDirectory().resolve(name))) {
          lines.write(line(name, region) + "\n");
        }
      }
    }
  }

  private static String line(String name, MappedRegion region) throws IOException {
    StringBuilder line = new StringBuilder(name).append(' ').append(region.size());
    for (Residency.Run run : region.incore().runs()) {
      if (run.state() == PageState.RESIDENT) {
        long first = run.first() * Mmap.pageSize();
        long length = Math.min(run.pages() * Mmap.pageSize(), region.size() - first);
        line.append(' ').append(first).append(' ').append(length);
      }
    }
    return line.toString();
  }

  /**
   * Brings the parts into memory that were there when the snapshot was saved. Returns when they
   * are.
   *
   * @param directory of the index
   * @param commit whose files are read
   * @param snapshot that {@link #save} has written
   * @return bytes in the parts that were brought into memory or were there
   * @throws IOException if the snapshot or a file cannot be read, or the snapshot is damaged
   */
  public static long load(MmapIoDirectory directory, IndexCommit commit, Path snapshot)
      throws IOException {
    Collection<String> names = commit.getFileNames();
    long bytes = 0;
    try (BufferedReader lines = Files.newBufferedReader(snapshot)) {
      if (!FORMAT.equals(lines.readLine())) {
        throw new IOException("not a snapshot of a commit: " + snapshot);
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> words = List.of(line.split(" ", -1));
        if (names.contains(words.get(0))) {
          bytes += load(directory.getDirectory().resolve(words.get(0)), words, snapshot);
        }
      }
    }
    return bytes;
  }

  private static long load(Path file, List<String> words, Path snapshot) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      long[] numbers = words.stream().skip(1).mapToLong(Long::parseLong).toArray();
      if (numbers[0] != region.size()) {
        return 0;
      }
      // First ask for everything, so that the disk is never idle, and then wait for it.
      for (int i = 1; i < numbers.length; i += 2) {
        region.advise(numbers[i], numbers[i + 1], Advice.WILLNEED);
      }
      long bytes = 0;
      for (int i = 1; i < numbers.length; i += 2) {
        region.pages(numbers[i], numbers[i + 1]).populate(Prefault.READ);
        bytes += numbers[i + 1];
      }
      return bytes;
    } catch (RuntimeException e) {
      throw new IOException("the snapshot " + snapshot + " does not fit " + file, e);
    }
  }
}
