// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Feature;
import io.mmapio.MapOptions;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What only some machines let a test do: mount, and be somebody else. */
public final class Machine {
  /** Bytes of {@link #withDisk}. */
  static final long DISK = 64 << 20;

  /** The property that tells a JVM, and what that starts, that an emulator runs it. */
  static final String EMULATED = "mmapio.test.emulated";

  private static final String NOBODY = "65534";

  private Machine() {}

  /** Whether an emulator runs this JVM: it is slow, and its kernel is not the real one. */
  static boolean isEmulated() {
    return Boolean.getBoolean(EMULATED);
  }

  /**
   * Whether a handler of signals is told where a fault was: not by qemu 7 to 10 on a CPU of the
   * other byte order or of 32 bits, so guards find nothing there.
   */
  static boolean tellsAddressesOfFaults() {
    return !isEmulated() || !Set.of("s390x", "arm").contains(System.getProperty("os.arch"));
  }

  public static void assumeNotEmulated(String reason) {
    Assumptions.assumeTrue(!isEmulated(), reason);
  }

  /** A guarded region where the platform and the backend have guards, and they can be seen. */
  static MapOptions guardedIfPossible(MapOptions options) {
    boolean possible = Feature.GUARD.isSupported() && tellsAddressesOfFaults();
    return possible ? options.guarded() : options;
  }

  /** See {@link LargePages}. */
  static void assumeRealPages(String reason) {
    boolean real = !LargePagesProvider.NAME.equals(System.getProperty("io.mmapio.backend"));
    Assumptions.assumeTrue(real, reason);
  }

  public static void assumeLinux() {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "the tools of this test are Linux'");
  }

  /** A command prefix that mounts a tmpfs on a directory, seen by the child alone. */
  public static String[] withTmpfs(Path directory, String options) throws IOException {
    assumeLinux();
    assumeRuns("mounting needs root", "unshare", "-m", "true");
    String mount = "mount -t tmpfs -o " + options + " tmpfs '" + directory + "' && exec \"$@\"";
    return new String[] {"unshare", "-m", "sh", "-c", mount, "sh"};
  }

  /** A command prefix that mounts an overlay on DIRECTORY/top, seen by the child alone. */
  static String[] withOverlay(Path directory) throws IOException {
    assumeLinux();
    assumeNotEmulated("an emulator mounts nothing");
    String mount =
        "d='%s'; mount -t tmpfs tmpfs $d && mkdir $d/below $d/above $d/work $d/top"
                .formatted(directory)
            + " && mount -t overlay -o lowerdir=$d/below,upperdir=$d/above,workdir=$d/work none $d/top";
    assumeRuns("this kernel or user cannot mount it", "unshare", "-m", "sh", "-c", mount);
    return new String[] {"unshare", "-m", "sh", "-c", mount + " && exec \"$@\"", "sh"};
  }

  /** A command prefix that mounts a file system of the kernel's own, seen by the child alone. */
  static String[] withKernelFiles(String fileSystem, Path directory) throws IOException {
    assumeLinux();
    assumeNotEmulated("an emulator mounts nothing");
    String mount = "mount -t " + fileSystem + " none '" + directory + "'";
    assumeRuns("this kernel or user cannot mount it", "unshare", "-m", "sh", "-c", mount);
    return new String[] {"unshare", "-m", "sh", "-c", mount + " && exec \"$@\"", "sh"};
  }

  /**
   * A command prefix that mounts a new disk on a directory, seen by the child alone. To cut the
   * image makes the disk fail.
   *
   * @param size of the disk
   * @param image is made, and is what the disk's sectors are in
   */
  static String[] withDisk(String fileSystem, long size, Path image, Path directory)
      throws IOException {
    assumeLinux();
    assumeNotEmulated("an emulator mounts nothing");
    assumeRuns("mounting needs root", "unshare", "-m", "true");
    assumeRuns("there are no loop devices", "losetup", "--find");
    assumeRuns("the tool is not installed", "mkfs." + fileSystem, "-V");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(size);
    }
    String mount =
        "mkfs.%s -q '%s' && mount -o loop '%s' '%s' && exec \"$@\""
            .formatted(fileSystem, image, image, directory);
    return new String[] {"unshare", "-m", "sh", "-c", mount, "sh"};
  }

  /** A command prefix that runs the child as a user who owns nothing. */
  public static String[] asNobody() throws IOException {
    assumeLinux();
    assumeNotEmulated("the JVM of an emulator lies where nobody may look");
    String[] command = {"setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"};
    assumeRuns(
        "being somebody else needs root",
        Stream.concat(Stream.of(command), Stream.of("true")).toArray(String[]::new));
    return command;
  }

  /** Whether this process may give a file to somebody else, which it then has. */
  static boolean canGiveAway(Path file) throws IOException {
    try {
      Files.setAttribute(file, "unix:uid", Integer.parseInt(NOBODY));
      return true;
    } catch (FileSystemException e) {
      return false;
    }
  }

  public static void assumeTool(String tool) throws IOException {
    assumeLinux();
    assumeRuns("the tool is not installed", tool, "--version");
  }

  private static void assumeRuns(String reason, String... command) throws IOException {
    boolean runs;
    try {
      runs =
          new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      runs = false; // the tool is not installed
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    Assumptions.assumeTrue(runs, reason + ": " + String.join(" ", command));
  }

  /** Copies what a child needs of the class path to where everybody may read it. */
  public static String readableClassPath(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<Path> entries = libraryEntries();
    for (int i = 0; i < entries.size(); i++) {
      copy(entries.get(i), directory.resolve("entry" + i));
    }
    return Stream.iterate(0, i -> i + 1)
        .limit(entries.size())
        .map(i -> directory.resolve("entry" + i).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The jars of the library and the classes of these tests. */
  public static List<Path> libraryEntries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> entry.toString().contains("mmap-"))
        .filter(Files::exists)
        .toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        boolean folder = Files.isDirectory(target);
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(folder ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }
}
