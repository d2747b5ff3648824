// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Mmap;
import io.mmapio.NoBackendException;
import io.mmapio.tests.ChildJvm;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about starting, run. */
final class StartFaqTest {
  @TempDir Path directory;

  // recipe: where the native library is
  static String nativeLibrary() {
    try {
      return "loaded from " + Mmap.backend().origin();
    } catch (NoBackendException e) {
      return e.getMessage(); // names the directory, the reason and the property to set
    }
  }

  // end

  /** Prints what came of loading. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) {
      System.out.println(nativeLibrary());
    }
  }

  @Test
  void originIsTold() {
    assertTrue(nativeLibrary().startsWith("loaded from "), nativeLibrary());
    assertTrue(nativeLibrary().length() > "loaded from ".length());
  }

  @Test
  @Tag("child-jvm")
  @Tag("native-library")
  void directoryMountedNoexecIsNamedWithTheProperty() throws Exception {
    Machine.assumeNotEmulated("an emulator maps programs itself, and minds no noexec");
    ChildJvm child = new ChildJvm().under(Machine.withTmpfs(directory, "noexec"));
    ChildJvm.Outcome outcome = child.option("-Djava.io.tmpdir=" + directory).run(Loading.class);
    for (String word : new String[] {directory.toString(), "noexec", "io.mmapio.library.path"}) {
      assertTrue(outcome.output().contains(word), outcome.output());
    }
    assertFalse(outcome.output().contains("loaded from"), outcome.output());
  }

  // recipe: allow native access in the manifest
  static Manifest manifest(String mainClass) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, mainClass);
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED"); // for java -jar, JDK 24 and later
    return manifest;
  }

  // end

  @Test
  @Tag("child-jvm")
  void manifestSilencesTheWarning() throws Exception {
    assumeTrue(Runtime.version().feature() >= 24, "JDK 24 began to warn");
    Machine.assumeNotEmulated("a JVM that an emulator runs is not started like this");
    Manifest manifest = manifest(Loading.class.getName());
    String quiet = runJar(manifest);
    assertTrue(quiet.startsWith("loaded from "), quiet);
    assertFalse(quiet.contains("WARNING"), quiet);
    manifest.getMainAttributes().remove(new Attributes.Name("Enable-Native-Access"));
    String loud = runJar(manifest);
    assertTrue(loud.contains("WARNING: A restricted method"), loud);
  }

  /** Runs a jar that has only a manifest; the classes are those of the library and this test. */
  private String runJar(Manifest manifest) throws IOException, InterruptedException {
    String entries =
        Machine.libraryEntries().stream()
            .map(entry -> entry.toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, entries);
    Path jar = directory.resolve("app.jar");
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
    assertEquals(0, process.exitValue(), Files.readString(output));
    return Files.readString(output);
  }
}
