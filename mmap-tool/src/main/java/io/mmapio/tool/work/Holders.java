// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which processes have a file mapped, and locked: Linux, those that this user may look into. */
final class Holders {
  private static final int NAMED = 3;

  private @Nullable Map<String, List<Path>> byFile;

  /** Returns who holds pages of a file, empty if nobody is known to. */
  synchronized String of(Path path) throws IOException {
    if (byFile == null) {
      byFile = all();
    }
    String name = path.toRealPath().toString();
    List<Path> processes = byFile.getOrDefault(name, List.of());
    if (processes.isEmpty()) {
      return "";
    }
    boolean locked = processes.stream().anyMatch(process -> isLocked(process, name));
    StringBuilder text = new StringBuilder(locked ? "locked by " : "mapped by ");
    for (int i = 0; i < Math.min(NAMED, processes.size()); i++) {
      text.append(i == 0 ? "" : ", ").append(name(processes.get(i)));
    }
    int more = processes.size() - NAMED;
    return text + (more > 0 ? " and " + more + " more" : "");
  }

  private static Map<String, List<Path>> all() {
    Map<String, List<Path>> byFile = new HashMap<>();
    String own = String.valueOf(ProcessHandle.current().pid());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (!process.endsWith(own)) {
          add(process, byFile);
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return byFile;
  }

  private static void add(Path process, Map<String, List<Path>> byFile) {
    for (String line : lines(process.resolve("maps"))) {
      int slash = line.indexOf('/');
      if (slash > 0) {
        List<Path> holders = byFile.computeIfAbsent(line.substring(slash), k -> new ArrayList<>());
        if (!holders.contains(process)) {
          holders.add(process);
        }
      }
    }
  }

  private static boolean isLocked(Path process, String name) {
    boolean inside = false;
    for (String line : lines(process.resolve("smaps"))) {
      if (line.indexOf('-') > 0 && line.indexOf(' ') > line.indexOf('-')) {
        inside = line.endsWith(name);
      } else if (inside && line.startsWith("Locked:") && !line.contains(" 0 kB")) {
        return true;
      }
    }
    return false;
  }

  private static String name(Path process) {
    List<String> lines = lines(process.resolve("comm"));
    return (lines.isEmpty() ? "?" : lines.get(0)) + " (" + process.getFileName() + ")";
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException e) {
      return List.of(); // it ended, or is not ours to look into
    }
  }
}
