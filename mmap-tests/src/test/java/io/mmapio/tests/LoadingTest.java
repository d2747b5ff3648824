// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.BackendInfo;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.NoBackendException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the native library comes from, and what is said when it does not come. */
@Tag("native-library")
final class LoadingTest {
  private static final String PATH_PROPERTY = "io.mmapio.library.path";

  @TempDir Path directory;

  @Test
  void theseTestsRunOnThePackagedJars() {
    BackendInfo backend = Mmap.backend();
    String library = Mmap.class.getProtectionDomain().getCodeSource().getLocation().toString();
    assertTrue(library.endsWith(".jar"), library);
    assertTrue(backend.origin().contains(".jar!/META-INF/native/"), backend.origin());
    assertEquals("bundled", backend.name());
  }

  private static String classifier() {
    String[] origin = Mmap.backend().origin().split("/", -1);
    return origin[origin.length - 2];
  }

  /** Unpacks the library that this JVM loaded. */
  private Path unpacked(String folder) throws IOException {
    String origin = Mmap.backend().origin();
    Path to = Files.createDirectories(directory.resolve(folder));
    Path file = to.resolve(origin.substring(origin.lastIndexOf('/') + 1));
    try (InputStream in = new URL(origin).openStream()) {
      Files.copy(in, file);
    }
    return file;
  }

  private static ChildJvm.Outcome say(String... options) throws IOException, InterruptedException {
    return new ChildJvm().option(options).run(Sayer.class);
  }

  /** Maps something and says which backend did it, or why none did. */
  static final class Sayer {
    private Sayer() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.anonymous(10).map()) {
        System.out.println("mapped " + region.size() + " by " + Mmap.backend());
      } catch (NoBackendException e) {
        System.out.println("no backend: " + e.getMessage());
        System.exit(3);
      }
    }
  }

  static void assertRefused(ChildJvm.Outcome outcome, String... words) {
    assertEquals(3, outcome.exitCode(), outcome.output());
    for (String word : words) {
      assertTrue(outcome.output().contains(word), word + " is missing in " + outcome.output());
    }
  }

  @Test
  void propertyNamesTheFileOrItsDirectory() throws IOException, InterruptedException {
    Path file = unpacked("own");
    for (Path named : List.of(file, file.getParent())) {
      ChildJvm.Outcome outcome = say("-D" + PATH_PROPERTY + "=" + named);
      assertEquals(0, outcome.exitCode(), outcome.output());
      assertTrue(outcome.output().contains("origin=" + file), outcome.output());
    }
  }

  @Test
  void propertyIsFinal() throws IOException, InterruptedException {
    Path missing = directory.resolve("missing.so");
    assertRefused(say("-D" + PATH_PROPERTY + "=" + missing), missing.toString(), PATH_PROPERTY);
    Path broken = Files.writeString(directory.resolve("broken.so"), "no library");
    assertRefused(say("-D" + PATH_PROPERTY + "=" + broken), broken.toString(), PATH_PROPERTY);
  }

  @Test
  void javaLibraryPathComesBeforeTheJar() throws IOException, InterruptedException {
    Path file = unpacked("installed");
    String path = directory.resolve("nowhere") + File.pathSeparator + file.getParent();
    ChildJvm.Outcome outcome = say("-Djava.library.path=" + path);
    assertTrue(outcome.output().contains("origin=" + file), outcome.output());
  }

  @Test
  void libraryOfAnotherMakeIsRefusedByName() throws IOException, InterruptedException {
    Path file = unpacked("other");
    Files.writeString(file, "planted");
    ChildJvm.Outcome outcome = say("-Djava.library.path=" + file.getParent());
    assertRefused(outcome, file.toString(), "java.library.path");
  }

  @Test
  void nothingIsLeftInTheTemporaryDirectory() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    for (int run = 0; run < 3; run++) {
      for (Path left : ownIn(temporary)) {
        age(left);
      }
      ChildJvm.Outcome outcome = say("-Djava.io.tmpdir=" + temporary);
      assertEquals(0, outcome.exitCode(), outcome.output());
    }
    // Windows keeps a loaded library, of the last run alone: each run deletes what is old.
    int kept = File.separatorChar == '\\' ? 1 : 0;
    List<Path> own = ownIn(temporary);
    assertTrue(own.size() <= kept, own.toString());
  }

  /**
   * On Windows one process deletes what others left; it must not be what they are about to load.
   */
  @Test
  void whatAnotherProcessIsAboutToLoadStays() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Path young = Files.createDirectory(temporary.resolve("mmapio1"));
    assertEquals(0, say("-Djava.io.tmpdir=" + temporary).exitCode());
    assertTrue(Files.exists(young));
  }

  private static List<Path> ownIn(Path temporary) throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(p -> p.getFileName().toString().startsWith("mmapio")).toList();
    }
  }

  private static void age(Path file) throws IOException {
    Instant time = Files.getLastModifiedTime(file).toInstant().minus(Duration.ofHours(1));
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  @Test
  void whatOthersPlantedInTheTemporaryDirectoryIsNotLoaded()
      throws IOException, InterruptedException {
    Machine.assumeLinux();
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    byte[] sameLength = new byte[(int) Files.size(unpacked("model"))];
    String name = directory.resolve("model").toFile().list()[0];
    Files.write(temporary.resolve(name), sameLength);
    Files.write(Files.createDirectory(temporary.resolve("mmapio")).resolve(name), sameLength);
    Files.createSymbolicLink(temporary.resolve("mmapio0"), temporary.resolve("mmapio"));
    ChildJvm.Outcome outcome = say("-Djava.io.tmpdir=" + temporary);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains(".jar!/META-INF/native/"), outcome.output());
    assertArrayEquals(sameLength, Files.readAllBytes(temporary.resolve("mmapio").resolve(name)));
  }

  @Test
  void directoryMountedNoexecIsNamedWithTheProperty() throws IOException, InterruptedException {
    Machine.assumeNotEmulated("an emulator maps programs itself, and minds no noexec");
    String[] mount = Machine.withTmpfs(directory, "noexec");
    ChildJvm.Outcome outcome =
        new ChildJvm().under(mount).option("-Djava.io.tmpdir=" + directory).run(Sayer.class);
    assertRefused(outcome, directory.toString(), "noexec", PATH_PROPERTY, "java.io.tmpdir");
  }

  @Test
  void directoryThatCannotBeWrittenIsNamedWithTheProperty()
      throws IOException, InterruptedException {
    String[] mount = Machine.withTmpfs(directory, "ro");
    ChildJvm.Outcome outcome =
        new ChildJvm().under(mount).option("-Djava.io.tmpdir=" + directory).run(Sayer.class);
    assertRefused(outcome, directory.toString(), "Read-only", PATH_PROPERTY);
  }

  /** The class path of this JVM without entries in whose name a pattern is found. */
  static String classPathWithout(String pattern) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Pattern.compile(pattern).matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void missingBackendPrintsTheDependencyToAdd() throws IOException, InterruptedException {
    ChildJvm.Outcome outcome =
        new ChildJvm().classPath(classPathWithout("mmap-native|mmap-ffm")).run(Sayer.class);
    assertRefused(
        outcome,
        "<groupId>io.mmapio</groupId>",
        "<artifactId>mmap-native</artifactId>",
        "<classifier>" + classifier() + "</classifier>",
        "<version>" + System.getProperty("mmapio.version"));
    assertFalse(outcome.output().contains("${"), outcome.output());
  }

  @Test
  void backendCanBeChosenByName() throws IOException, InterruptedException {
    assertEquals(0, say("-Dio.mmapio.backend=bundled").exitCode());
    assertRefused(say("-Dio.mmapio.backend=none"), "io.mmapio.backend", "none", "bundled");
  }

  @Test
  void twoClassLoadersLoadTheLibrarySideBySide() throws Exception {
    URL[] jars = Machine.libraryEntries().stream().map(LoadingTest::url).toArray(URL[]::new);
    for (int i = 0; i < 2; i++) {
      try (URLClassLoader loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
        Class<?> other = loader.loadClass(Mmap.class.getName());
        assertNotSame(Mmap.class, other);
        assertEquals(Mmap.pageSize(), other.getMethod("pageSize").invoke(null));
      }
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
