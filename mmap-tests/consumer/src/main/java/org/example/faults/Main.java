// SPDX-License-Identifier: Apache-2.0
package org.example.faults;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Uses the library on a backend that fails: each call in turn, and nothing must be left behind. */
public final class Main {
  private static final int SIZE = 1 << 18;

  private Main() {}

  /**
   * Runs.
   *
   * @param args none
   * @throws IOException if anything fails that should not
   */
  public static void main(String[] args) throws IOException {
    require(Mmap.backend().name().equals(FaultsProvider.NAME), "backend " + Mmap.backend());
    Path file = Files.createTempFile("faults", ".dat");
    try {
      withoutFault(file);
      Map<String, String> seen = withEachFault(file);
      inSmallParts(file);
      failedSyncStays(file);
      System.out.println("faults ok: each of these calls failed once: " + seen);
    } finally {
      Files.delete(file);
    }
  }

  private static void withoutFault(Path file) throws IOException {
    Faults.failAfter(Long.MAX_VALUE);
    use(file);
    require(Faults.calls("reserve") == 1, "reserve was called " + Faults.calls("reserve"));
    require(Faults.calls("sync") == 1, "sync was called " + Faults.calls("sync"));
    require(Faults.held().equals("0 handles, 0 ranges"), "left: " + Faults.held());
  }

  /** What came of each call that failed: an exception that names the error, or nothing. */
  private static Map<String, String> withEachFault(Path file) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    for (long call = 0; ; call++) {
      Faults.failAfter(call);
      String outcome = "harmless";
      try {
        use(file);
      } catch (MmapException | UncheckedIOException e) {
        require(e.toString().contains("EIO"), Faults.failed() + ": " + e);
        outcome = "exception";
      }
      if (Faults.failed().isEmpty()) {
        require(seen.size() > 8, "only these calls were made: " + seen);
        return seen; // there are no more calls
      }
      require(Faults.held().equals("0 handles, 0 ranges"), Faults.failed() + ": " + Faults.held());
      seen.merge(Faults.failed(), outcome, (one, other) -> one.equals(other) ? one : "both");
    }
  }

  /** What the library does with a file, without views: it unmaps in close(). */
  private static void use(Path file) throws IOException {
    Files.write(file, new byte[0]);
    try (MappedRegion region =
        Mmap.file(file)
            .access(Access.READ_WRITE)
            .range(0, SIZE)
            .extend()
            .capacity(4 * SIZE)
            .advise(Advice.RANDOM)
            .map()) {
      region.grow(2 * SIZE);
      region.write(0, ByteBuffer.allocateDirect(SIZE));
      region.read(0, ByteBuffer.allocateDirect(SIZE));
      region.pages().populate(Prefault.READ);
      region.checked().probe(0, SIZE);
      region.incore();
      region.sync();
    }
    try (FileChannel channel = FileChannel.open(file);
        MappedRegion region = Mmap.file(channel).map()) {
      region.pages().lock();
      region.read(1, ByteBuffer.allocateDirect(1));
    }
  }

  private static void inSmallParts(Path file) throws IOException {
    Faults.failAfter(Long.MAX_VALUE);
    Faults.shorten(true);
    ByteBuffer block = ByteBuffer.allocateDirect(SIZE);
    for (int i = 0; i < SIZE; i++) {
      block.put(i, (byte) (i % 251));
    }
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.write(0, block.duplicate());
      ByteBuffer again = ByteBuffer.allocateDirect(SIZE);
      region.read(0, again);
      require(again.flip().equals(block), "a block that was moved in parts has changed");
      require(region.buffer(0, SIZE).equals(block), "a view sees another block");
    } finally {
      Faults.shorten(false);
    }
  }

  /** The kernel drops pages that it could not write, so a failed sync is not forgotten. */
  private static void failedSyncStays(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      Faults.failAfter(0);
      for (int i = 0; i < 2; i++) {
        try {
          region.sync();
          throw new AssertionError("the sync that failed was forgotten");
        } catch (IOException e) {
          require(e.toString().contains("EIO"), e.toString());
        }
      }
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
