// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The limits of a Linux process, from proc(5). Unknown on other systems and in sandboxes. */
public final class LinuxLimits {
  /** The file that contains the number of mappings that a process may have. */
  public static final Path MAX_MAP_COUNT = Path.of("/proc/sys/vm/max_map_count");

  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final Path OVERCOMMIT = Path.of("/proc/sys/vm/overcommit_memory");

  private LinuxLimits() {}

  /**
   * Returns the number of mappings that this process may have.
   *
   * @return vm.max_map_count; empty if unknown
   */
  public static OptionalLong maxMappings() {
    if (!Platform.isLinux()) {
      return OptionalLong.empty();
    }
    // A reader asks for much at once: the kernel answers only the first read of such a file.
    try (BufferedReader reader = Files.newBufferedReader(MAX_MAP_COUNT)) {
      return OptionalLong.of(Long.parseLong(reader.readLine()));
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Counts the mappings of this process.
   *
   * @return the number of mappings; empty if unknown
   */
  public static OptionalLong mappings() {
    if (!Platform.isLinux()) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(MAPPINGS)) {
      return OptionalLong.of(lines.count());
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /** Describes vm.overcommit_memory for a list of causes. Empty if unknown. */
  public static String overcommit() {
    try {
      return ", vm.overcommit_memory (which is " + Files.readString(OVERCOMMIT).strip() + ")";
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }
}
