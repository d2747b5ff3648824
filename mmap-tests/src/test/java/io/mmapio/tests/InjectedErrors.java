// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A program that says which thread it works with, waits, works, and says what came of it. */
final class InjectedErrors {
  private static final String RETURNED = "returned";
  private static final int SIZE = 1 << 20;
  private static final int LONGER = 3 * SIZE;

  /** What makes a system call, by its name. */
  static final Map<String, Use> USES = uses();

  private InjectedErrors() {}

  /** Something done with a file. */
  @FunctionalInterface
  private interface Work {
    void with(FileChannel channel, Path file) throws IOException;
  }

  private static final String JDK_ERROR = "FileSystemException .*";

  /**
   * What makes a system call, and what is to come of it if that fails.
   *
   * @param work makes it
   * @param at which of the calls of that name it is that fails
   * @param harmless errors that are none: the call is made again, or was a hint
   * @param pattern of what is said of the others, with the error's name as %s
   * @param leaves whether something is left if it fails, as it was to give back
   */
  record Use(Work work, int at, Set<String> harmless, String pattern, boolean leaves) {
    String expected(String error) {
      return harmless.contains(error) ? RETURNED : pattern.formatted(error);
    }

    Use at(int other) {
      return new Use(work, other, harmless, pattern, leaves);
    }

    Use harmless(String... errors) {
      return new Use(work, at, Set.of(errors), pattern, leaves);
    }

    Use leaving() {
      return new Use(work, at, harmless, pattern, true);
    }
  }

  private static Map<String, Use> uses() {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("mmap", use((c, f) -> rw(c).map().close()));
    uses.put("mmap reserve", use((c, f) -> rw(c).capacity(2 * SIZE).map().close()));
    uses.put("mmap grow", use((c, f) -> grow(c)).at(3));
    uses.put("statx", use((c, f) -> rw(c).map().close()));
    uses.put("fcntl", use((c, f) -> rw(c).map().close()));
    uses.put("msync", use((c, f) -> with(c, MappedRegion::sync)));
    uses.put("msync again", use((c, f) -> with(c, InjectedErrors::syncTwice)));
    uses.put("madvise", use((c, f) -> with(c, r -> r.advise(Advice.RANDOM))).harmless("EAGAIN"));
    uses.put(
        "madvise populate",
        use((c, f) -> with(c, r -> r.pages().populate(Prefault.READ))).harmless("EINTR"));
    uses.put("mincore", use((c, f) -> with(c, MappedRegion::incore)));
    uses.put("mlock", use((c, f) -> with(c, r -> r.pages().lock())));
    uses.put("mprotect", use((c, f) -> protect(c)));
    uses.put(
        "fallocate",
        use((c, f) -> rw(c).range(0, LONGER).extend().map().close()).harmless("EINTR"));
    uses.put(
        "ftruncate",
        use((c, f) -> rw(c).range(0, LONGER).sparse().map().close()).harmless("EINTR"));
    uses.put(
        "openat", // the JDK opens it then, or says what is wrong
        use((c, f) -> Mmap.map(f).close()).harmless("EIO", "ENOSPC", "EINTR", "ENOMEM", "EAGAIN"));
    uses.put(
        "openat by the JDK",
        new Use((c, f) -> Mmap.map(relative(f)).close(), 1, Set.of(), JDK_ERROR, false)
            .harmless("EINTR"));
    uses.put("fstat without descriptor", use((c, f) -> lean(c).map().close()));
    uses.put("mmap without descriptor", use((c, f) -> lean(c).map().close()));
    uses.put("pread64", use((c, f) -> with(c, InjectedErrors::readBlock)).harmless("EINTR"));
    uses.put("pwrite64", use((c, f) -> with(c, InjectedErrors::writeBlock)).harmless("EINTR"));
    uses.put(
        "copy_file_range", // the rest goes by a buffer, which also says what is wrong
        use((c, f) -> with(c, r -> InjectedErrors.copy(r, f)))
            .harmless("EIO", "ENOSPC", "EINTR", "ENOMEM", "EAGAIN"));
    uses.put(
        "fadvise64", // a hint
        use((c, f) -> with(c, r -> r.fetch(0, SIZE)))
            .harmless("EIO", "ENOSPC", "EINTR", "ENOMEM", "EAGAIN"));
    uses.put("madvise fetch", use((c, f) -> with(c, r -> r.fetch(0, SIZE))).harmless("EINTR"));
    if (Feature.CHANGE_TRACKING.isSupported()) {
      uses.put("userfaultfd", use((c, f) -> with(c, InjectedErrors::mark)));
      uses.put("ioctl", use((c, f) -> with(c, InjectedErrors::mark)));
      uses.put("ioctl register", use((c, f) -> with(c, InjectedErrors::mark)).at(2));
      uses.put(
          "ioctl protect",
          use((c, f) -> with(c, InjectedErrors::mark)).at(3).harmless("EINTR", "EAGAIN"));
      uses.put("ioctl scan", use((c, f) -> with(c, InjectedErrors::mark)).at(4));
      uses.put("ioctl reset", use((c, f) -> with(c, InjectedErrors::mark)).at(5));
      uses.put("openat pagemap", use((c, f) -> with(c, InjectedErrors::mark)));
    }
    uses.put("munmap", use((c, f) -> rw(c).map().close()).leaving());
    uses.put("mmap entomb", use((c, f) -> with(c, region -> {})).at(2).leaving());
    // Nothing was written through the descriptor, so there is nothing that could be lost.
    uses.put(
        "close",
        use((c, f) -> rw(c).map().close())
            .harmless("EIO", "ENOSPC", "EINTR", "ENOMEM", "EAGAIN")
            .leaving());
    return uses;
  }

  private static MapOptions lean(FileChannel channel) {
    return Mmap.file(channel).withoutDescriptor();
  }

  /** A path that only the JDK opens. */
  private static Path relative(Path file) {
    return Path.of("").toAbsolutePath().relativize(file);
  }

  private static Use use(Work work) {
    return new Use(work, 1, Set.of(), "MmapException .*%s.*", false);
  }

  private static MapOptions rw(FileChannel channel) {
    return Mmap.file(channel).access(Access.READ_WRITE);
  }

  /** Something done with a region that was mapped before. */
  @FunctionalInterface
  private interface Call {
    void on(MappedRegion region) throws IOException;
  }

  private static void with(FileChannel channel, Call call) throws IOException {
    try (MappedRegion region = rw(channel).map()) {
      region.buffer().put(0, (byte) 1);
      call.on(region);
    }
  }

  private static void readBlock(MappedRegion region) throws IOException {
    region.read(0, ByteBuffer.allocateDirect(SIZE));
  }

  private static void writeBlock(MappedRegion region) throws IOException {
    region.write(0, ByteBuffer.allocateDirect(SIZE));
  }

  private static void copy(MappedRegion region, Path file) throws IOException {
    Path copy = file.resolveSibling("copy");
    try (FileChannel to =
        FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (region.transferTo(0, SIZE, to) != SIZE) {
        throw new IllegalStateException("not all was copied");
      }
    }
    if (Files.mismatch(file, copy) != -1) {
      throw new IllegalStateException("the copy is another");
    }
  }

  private static void syncTwice(MappedRegion region) throws IOException {
    try {
      region.sync();
    } catch (MmapException first) {
      // A disk that failed: the kernel has forgotten, the region has not. Else it may succeed.
      boolean lost = !Set.of("EINTR", "ENOMEM", "EAGAIN").contains(first.errorName());
      try {
        region.sync();
      } catch (MmapException second) {
        if (lost && second.getMessage().contains("earlier sync")) {
          throw second;
        }
        throw new IllegalStateException(second);
      }
      if (lost) {
        throw new IllegalStateException("a failed sync was reported as success later");
      }
      throw first;
    }
  }

  private static void mark(MappedRegion region) throws IOException {
    region.mark();
    region.changedSince(region.mark());
  }

  private static void grow(FileChannel channel) throws IOException {
    try (MappedRegion region = rw(channel).capacity(2 * LONGER).map()) {
      region.grow(LONGER);
    }
  }

  private static void protect(FileChannel channel) throws IOException {
    try (MappedRegion region = rw(channel).map()) {
      region.protect(Access.READ_ONLY);
    }
  }

  /** Arguments: the file, and the name of a use. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Use use = USES.get(args[1]);
    Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    FileInputStream input = new FileInputStream(FileDescriptor.in); // System.in asks fstat first
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      use.work().with(channel, file); // whatever the JVM needs for it is then there
      channel.truncate(SIZE);
      Footprint before = Footprint.of(file);
      System.out.println(thread.getFileName());
      input.read();
      String outcome = attempt(use, channel, file);
      System.out.println(outcome);
      boolean sized = outcome.equals(RETURNED) || channel.size() == SIZE;
      boolean same = use.leaves() || (sized && isBack(file, before));
      channel.truncate(SIZE);
      use.work().with(channel, file);
      boolean empty = Mmap.statistics().openRegions().isEmpty();
      System.out.println(same && empty ? "nothing left, works on" : "left: " + Footprint.of(file));
    }
  }

  private static boolean isBack(Path file, Footprint before) throws IOException {
    Footprint after = Footprint.of(file);
    return after.mappingsOfFile() == before.mappingsOfFile()
        && after.descriptorsOfFile() == before.descriptorsOfFile();
  }

  private static String attempt(Use use, FileChannel channel, Path file) {
    try {
      use.work().with(channel, file);
      return RETURNED;
    } catch (IOException e) {
      return e.getClass().getSimpleName() + " " + e.getMessage();
    } catch (UncheckedIOException e) {
      return e.getCause().getClass().getSimpleName() + " " + e.getMessage();
    }
  }
}
