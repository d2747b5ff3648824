// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.Advice;
import io.mmapio.BackendInfo;
import io.mmapio.Feature;
import io.mmapio.Mmap;
import io.mmapio.tool.report.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Properties of this machine that affect files in memory. */
final class MachineInfo {
  private static final List<String> SETTINGS =
      List.of(
          "max_map_count",
          "overcommit_memory",
          "swappiness",
          "vfs_cache_pressure",
          "dirty_background_ratio",
          "dirty_ratio",
          "dirty_expire_centisecs",
          "min_free_kbytes");
  private static final List<String> MEMORY =
      List.of(
          "MemTotal",
          "MemAvailable",
          "Cached",
          "Mapped",
          "Dirty",
          "Writeback",
          "Mlocked",
          "Shmem",
          "SwapTotal",
          "SwapFree");
  private static final Pattern LIMIT =
      Pattern.compile("Max (address space|locked memory|open files|file size) +(\\S+) +(\\S+).*");

  private MachineInfo() {}

  static Map<String, Map<String, String>> sections() throws IOException {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    sections.put("platform", platform());
    sections.put("features", features());
    sections.put("advice", advice());
    put(sections, "limits", limits());
    put(sections, "memory", memory());
    put(sections, "kernel", kernel());
    put(sections, "read-ahead", readAhead());
    return sections;
  }

  private static void put(
      Map<String, Map<String, String>> sections, String title, Map<String, String> lines) {
    if (!lines.isEmpty()) {
      sections.put(title, lines);
    }
  }

  private static Map<String, String> platform() {
    BackendInfo backend = Mmap.backend();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("mmap", VersionProvider.version());
    lines.put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    lines.put("java", property("java.version") + " (" + property("java.vendor") + ")");
    lines.put("backend", backend.name());
    lines.put("library", backend.origin());
    lines.put("page", Units.bytes(Mmap.pageSize()));
    lines.put("mapping granularity", Units.bytes(Mmap.allocationGranularity()));
    return lines;
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  private static Map<String, String> features() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Feature feature : Feature.values()) {
      lines.put(feature.name(), feature.isSupported() ? "yes" : "no");
    }
    return lines;
  }

  private static Map<String, String> advice() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Advice advice : Advice.values()) {
      lines.put(advice.name(), advice.isSupported() ? "yes" : "no");
    }
    return lines;
  }

  private static Map<String, String> limits() {
    Map<String, String> lines = new LinkedHashMap<>();
    read("/proc/self/limits")
        .lines()
        .map(LIMIT::matcher)
        .filter(Matcher::matches)
        .forEach(limit -> lines.put(limit.group(1), limit.group(2) + " of " + limit.group(3)));
    String group = cgroup("memory.max");
    if (!group.isEmpty()) {
      lines.put("cgroup memory", cgroup("memory.current") + " of " + group);
    }
    return lines;
  }

  private static String cgroup(String file) {
    String line = read("/proc/self/cgroup").trim();
    int colons = line.lastIndexOf("::");
    return colons < 0
        ? ""
        : read("/sys/fs/cgroup" + line.substring(colons + 2) + "/" + file).trim();
  }

  private static Map<String, String> memory() {
    Map<String, String> lines = new LinkedHashMap<>();
    read("/proc/meminfo")
        .lines()
        .forEach(
            line -> {
              String[] words = line.split("[: ]+", -1);
              if (words.length > 1 && MEMORY.contains(words[0])) {
                lines.put(words[0], Units.bytes(Long.parseLong(words[1]) << 10));
              }
            });
    return lines;
  }

  private static Map<String, String> kernel() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String setting : SETTINGS) {
      String value = read("/proc/sys/vm/" + setting).trim();
      if (!value.isEmpty()) {
        lines.put("vm." + setting, value);
      }
    }
    String huge = read("/sys/kernel/mm/transparent_hugepage/enabled").trim();
    if (!huge.isEmpty()) {
      lines.put("transparent huge pages", huge);
    }
    return lines;
  }

  private static Map<String, String> readAhead() throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    Path devices = Path.of("/sys/block");
    if (Files.isDirectory(devices)) {
      try (Stream<Path> all = Files.list(devices)) {
        all.filter(device -> !device.getFileName().toString().matches("(loop|ram|zram).*"))
            .sorted()
            .limit(16)
            .forEach(
                device ->
                    lines.put(
                        String.valueOf(device.getFileName()),
                        read(device + "/queue/read_ahead_kb").trim() + "K"));
      }
    }
    return lines;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return ""; // not Linux, or not configured
    }
  }
}
