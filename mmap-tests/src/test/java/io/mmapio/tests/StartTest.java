// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program loads until it has read its first byte. The first lambda of a JVM costs some 10
 * ms, the first string joined by invokedynamic 20, the first random number of the JDK's security
 * providers 20. A program that has none of them yet should not pay for ours.
 */
@Tag("child-jvm")
@Tag("native-library")
final class StartTest {
  private static final Pattern LAMBDA =
      Pattern.compile("io\\.mmapio\\.(?!tests\\.)[\\w.$]+\\$\\$Lambda");

  private static final Pattern PROVIDERS = Pattern.compile("java\\.security\\.SecureRandom ");

  @Test
  void nothingExpensiveIsLoadedForTheFirstByte(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[] {42});
    ChildJvm.Outcome outcome =
        new ChildJvm().option("-Xlog:class+load").run(FirstByte.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    List<String> lines = outcome.output().lines().toList();
    assertTrue(lines.contains("42") && lines.contains("closed"), outcome.output());
    assertTrue(outcome.output().contains(" io.mmapio.MappedRegion "), "classes are listed");
    assertEquals(List.of(), loaded(lines, LAMBDA));
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      assertEquals(List.of(), loaded(lines, PROVIDERS)); // Windows makes its directory otherwise
    }
  }

  /** The JDK itself may have loaded what joins them, so what is loaded tells nothing. */
  @Test
  void noStringIsJoinedByInvokedynamic() throws Exception {
    String jar = Mmap.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    try (JarFile file = new JarFile(jar)) {
      List<JarEntry> classes =
          file.stream().filter(entry -> entry.getName().endsWith(".class")).toList();
      assertTrue(classes.size() > 50, jar);
      for (JarEntry entry : classes) {
        try (InputStream in = file.getInputStream(entry)) {
          String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          assertFalse(constants.contains("makeConcatWithConstants"), entry.getName());
        }
      }
    }
  }

  private static List<String> loaded(List<String> lines, Pattern name) {
    return lines.stream().filter(line -> name.matcher(line).find()).toList();
  }
}
