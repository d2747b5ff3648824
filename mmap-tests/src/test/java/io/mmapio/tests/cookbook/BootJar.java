// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.springframework.boot.loader.tools.Library;
import org.springframework.boot.loader.tools.LibraryScope;
import org.springframework.boot.loader.tools.Repackager;

/** Packs a class and libraries as Spring Boot's plug-ins do: jars within a jar. */
final class BootJar {
  private BootJar() {}

  static Path of(Path directory, String main, List<Path> libraries) throws IOException {
    Path plain = directory.resolve("plain.jar");
    try (OutputStream file = Files.newOutputStream(plain);
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.putNextEntry(new JarEntry(main + ".class"));
      Files.copy(directory.resolve(main + ".class"), jar);
    }
    Path packed = directory.resolve("application.jar");
    Repackager repackager = new Repackager(plain.toFile());
    repackager.setMainClass(main);
    repackager.repackage(
        packed.toFile(),
        callback -> {
          for (Path library : libraries) {
            callback.library(new Library(library.toFile(), LibraryScope.COMPILE));
          }
        });
    return packed;
  }
}
