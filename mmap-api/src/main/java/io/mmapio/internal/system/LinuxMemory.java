// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a Linux process costs, from proc(5). Unknown on other systems and in sandboxes. */
public final class LinuxMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final String DELETED = " (deleted)";

  /** Memory that has a name in the table, and is no file that was deleted. */
  private static final String[] NO_FILES = {"/memfd:", "/dev/zero", "/SYSV", "/anon_hugepage"};

  private LinuxMemory() {}

  /**
   * Returns the bytes in the page tables of this process.
   *
   * @return VmPTE; empty if unknown
   */
  public static OptionalLong pageTableBytes() {
    return ofStatus("VmPTE:");
  }

  /**
   * Returns the bytes that this process has locked in memory.
   *
   * @return VmLck; empty if unknown
   */
  public static OptionalLong lockedBytes() {
    return ofStatus("VmLck:");
  }

  private static OptionalLong ofStatus(String name) {
    if (!Platform.isLinux()) {
      return OptionalLong.empty();
    }
    try {
      for (String line : lines(STATUS)) {
        if (line.startsWith(name)) {
          String kibibytes = line.substring(name.length(), line.lastIndexOf(' ')).strip();
          return OptionalLong.of(Long.parseLong(kibibytes) << 10);
        }
      }
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  /**
   * Returns the files that this process has mapped and that no longer have a name.
   *
   * @return mapped bytes by the name that the file had; empty if unknown
   */
  public static Map<String, Long> deletedFiles() {
    Map<String, Long> files = new TreeMap<>();
    if (!Platform.isLinux()) {
      return files;
    }
    try {
      for (String line : lines(MAPPINGS)) {
        addIfDeleted(line, files);
      }
    } catch (IOException | RuntimeException e) {
      files.clear();
    }
    return files;
  }

  private static void addIfDeleted(String line, Map<String, Long> files) {
    int name = line.indexOf('/');
    if (name < 0 || !line.endsWith(DELETED)) {
      return;
    }
    String file = line.substring(name, line.length() - DELETED.length());
    for (String other : NO_FILES) {
      if (file.startsWith(other)) {
        return;
      }
    }
    int dash = line.indexOf('-');
    long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
    long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
    files.merge(file, to - from, Long::sum);
  }

  /** A file name need not be text of any character set. */
  private static String[] lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n");
  }
}
