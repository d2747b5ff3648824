// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real containers deploy the library, and let go of it. */
@Tag("child-jvm")
final class ContainersTest {
  private static final int TIMES = 50;

  @TempDir Path directory;
  private Path file;

  /** What is deployed, and what that needs beside the library. */
  private static final List<Class<?>> CLASSES =
      List.of(Application.class, Bytes.class, Touch.class);

  @BeforeEach
  void makeFile() throws IOException {
    Machine.assumeNotEmulated("containers are slow there, and test nothing else");
    file = Application.file(directory.resolve("file"));
  }

  /** What the application does: all of it, as far as there is a guard. */
  private static String how() {
    String always = Application.JMX + " " + Application.LEAK;
    return Feature.GUARD.isSupported() ? always + " " + Application.GUARDED : always;
  }

  @Test
  void osgiFrameworkLetsGoOfBundles() throws Exception {
    Path storage = directory.resolve("storage");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(storage.toString(), file.toString(), "" + TIMES, how()));
    jarsOfLibrary().forEach(jar -> arguments.add(jar.toString()));
    arguments.add(bundle().toString());
    String output = run(BundleUpdates.class, "org.apache.felix.framework-", arguments);
    assertTrue(output.contains("used " + TIMES + " times"), output);
  }

  /** The smallest bundle that has an application in it. */
  private Path bundle() throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "application");
    headers.putValue("Import-Package", "io.mmapio,javax.management");
    Path jar = directory.resolve("application.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (Class<?> type : CLASSES) {
        String name = type.getName().replace('.', '/') + ".class";
        entries.putNextEntry(new ZipEntry(name));
        Files.copy(classes().resolve(name), entries);
      }
    }
    return jar;
  }

  /** First that of the API, of which the other one is a fragment. */
  private static List<Path> jarsOfLibrary() {
    return Machine.libraryEntries().stream().filter(Files::isRegularFile).sorted().toList();
  }

  /** The folder with the classes of these tests. */
  private static Path classes() {
    return Machine.libraryEntries().stream().filter(Files::isDirectory).findFirst().orElseThrow();
  }

  /** Runs a container with its own jars and the classes of these tests, without the library. */
  private String run(Class<?> program, String jars, List<String> arguments) throws Exception {
    String container =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> Path.of(entry).getFileName().toString().matches(jars + ".*"))
            .collect(Collectors.joining(File.pathSeparator));
    assumeTrue(!container.isEmpty(), "the container is not on the class path");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .classPath(classes() + File.pathSeparator + container)
            .option("-XX:TieredStopAtLevel=1")
            .run(program, arguments.toArray(String[]::new));
    String output = outcome.output();
    assertEquals(0, outcome.exitCode(), output);
    assertFalse(output.contains("NoClassDefFoundError"), output);
    return output;
  }
}
