// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The classes in the jars, whichever JDK built them. */
final class ClassFilesTest {
  private static final int MAGIC = 0xCAFEBABE;

  /** JDK 17: see JVMS 4.1. */
  private static final int VERSION = 61;

  @Test
  void classesAreThoseOfJdk17() throws IOException {
    List<Path> jars =
        Machine.libraryEntries().stream()
            .filter(e -> e.getFileName().toString().matches("mmap-.*[.]jar"))
            .toList();
    assertTrue(jars.size() >= 2, jars.toString());
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        List<JarEntry> classes =
            file.stream().filter(entry -> entry.getName().endsWith(".class")).toList();
        assertTrue(classes.size() >= 2, jar.toString()); // a class and the module's
        for (JarEntry entry : classes) {
          assertEquals(VERSION, version(file, entry), jar + ": " + entry);
        }
      }
    }
  }

  private static int version(JarFile file, JarEntry entry) throws IOException {
    try (InputStream in = file.getInputStream(entry);
        DataInputStream data = new DataInputStream(in)) {
      assertEquals(MAGIC, data.readInt());
      data.readUnsignedShort(); // the minor version
      return data.readUnsignedShort();
    }
  }
}
