// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What the POMs of the sources say about publishing. */
final class Sources {
  private Sources() {}

  /** The modules that do not set maven.deploy.skip, and their parent. */
  static Set<String> publishedModules(Path root) throws IOException {
    Set<String> modules = new TreeSet<>();
    modules.add(Pom.of(Files.readAllBytes(root.resolve("pom.xml"))).text("artifactId"));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root, "mmap-*")) {
      for (Path module : all) {
        Path file = module.resolve("pom.xml");
        if (Files.isRegularFile(file)) {
          Pom pom = Pom.of(Files.readAllBytes(file));
          if (!pom.text("properties/maven.deploy.skip").equals("true")) {
            modules.add(pom.text("artifactId"));
          }
        }
      }
    }
    return modules;
  }
}
