// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The layout of a Maven repository, which the bundle has. */
final class LayoutRules {
  private static final long LARGEST = 1L << 30;

  private LayoutRules() {}

  static void check(Path bundle, List<StagedModule> modules, List<String> problems)
      throws IOException {
    if (modules.isEmpty()) {
      problems.add("the bundle has no modules");
    }
    try (Stream<Path> walk = Files.walk(bundle)) {
      List<Path> files = walk.filter(Files::isRegularFile).toList();
      long size = 0;
      for (Path file : files) {
        size += Files.size(file);
        if (modules.stream().noneMatch(module -> fits(module, file))) {
          problems.add("the name does not fit its folder: " + bundle.relativize(file));
        }
      }
      if (size >= LARGEST) {
        problems.add(
            "the bundle has " + size + " bytes, and the portal takes less than " + LARGEST);
      }
    }
  }

  private static boolean fits(StagedModule module, Path file) {
    String name = file.getFileName().toString();
    String rest = name.startsWith(module.base()) ? name.substring(module.base().length()) : "";
    return file.getParent().equals(module.directory())
        && (rest.startsWith(".") || rest.startsWith("-"));
  }
}
