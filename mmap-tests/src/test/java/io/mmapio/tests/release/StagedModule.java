// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of a bundle: one module in one version.
 *
 * @param directory the folder
 * @param group the group, as the folders above say
 * @param name the artifact, as the folder above says
 * @param version the version, as the folder says
 */
record StagedModule(Path directory, String group, String name, String version) {
  static final Set<String> CHECKSUMS = Set.of("md5", "sha1", "sha256", "sha512");

  /** The folders of a bundle that have files. */
  static List<StagedModule> all(Path bundle) throws IOException {
    try (Stream<Path> files = Files.walk(bundle)) {
      return files
          .filter(Files::isRegularFile)
          .map(Path::getParent)
          .distinct()
          .filter(directory -> bundle.relativize(directory).getNameCount() > 2)
          .sorted()
          .map(directory -> of(bundle, directory))
          .toList();
    }
  }

  private static StagedModule of(Path bundle, Path directory) {
    Path relative = bundle.relativize(directory);
    int names = relative.getNameCount();
    String group = relative.subpath(0, names - 2).toString().replace('/', '.').replace('\\', '.');
    return new StagedModule(
        directory,
        group,
        relative.getName(names - 2).toString(),
        relative.getFileName().toString());
  }

  /** The start of the names of all files. */
  String base() {
    return name + "-" + version;
  }

  Path file(String suffix) {
    return directory.resolve(base() + suffix);
  }

  /** What is published, without the signatures and checksums of it. */
  List<Path> artifacts() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !isChecksum(file) && !file.toString().endsWith(".asc"))
          .sorted()
          .toList();
    }
  }

  static boolean isChecksum(Path file) {
    String name = file.toString();
    return CHECKSUMS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  @Override
  public String toString() {
    return group + ":" + name + ":" + version;
  }
}
