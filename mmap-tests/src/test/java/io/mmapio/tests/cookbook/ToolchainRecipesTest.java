// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of docs/cookbook.md, and the program of docs/start.md, that another compiler or
 * packager has to build first.
 */
@Tag("child-jvm")
final class ToolchainRecipesTest {
  private static final Path SOURCES = Path.of("src/test/cookbook");
  private static final Path START = Path.of("../docs/start.md");
  private static final Pattern PROGRAM =
      Pattern.compile("(?s)```java\n(.*?)```\n.*It prints:\n\n```\n(.*?)```\n");

  @TempDir Path directory;

  @Test
  void segments() throws Exception {
    assumeTrue(Runtime.version().feature() >= 22, "MemorySegment is final since JDK 22");
    compileJava(SOURCES.resolve("Segments.java"));
    String output = java("-cp", directory + File.pathSeparator + library(), "Segments");
    assertEquals("first 40\nsum 2\n", output);
  }

  /** A tensor is longer than 2 GiB, and another lies behind it; the file has holes. */
  @Test
  void weights() throws Exception {
    assumeTrue(Runtime.version().feature() >= 22, "MemorySegment is final since JDK 22");
    compileJava(SOURCES.resolve("Weights.java"));
    String output = java("-cp", directory + File.pathSeparator + library(), "Weights");
    assertEquals(
        """
        tensors 3 mapped true
        large 2684354560
        dot 321.0
        dot 654.0
        dot 987.0
        few pages true
        """,
        output);
  }

  @Test
  void kotlin() throws Exception {
    assumeTrue(isPresent("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"), "no Kotlin compiler");
    java(
        "-cp",
        classPath(),
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        "-no-reflect",
        "-jvm-target",
        "17",
        "-cp",
        classPath(),
        "-d",
        directory.toString(),
        SOURCES.resolve("Words.kt").toString());
    Path text = Files.writeString(directory.resolve("text"), "one\ntwo\nthree\n");
    String path = directory + File.pathSeparator + classPath();
    assertEquals("3 lines\n", java("-cp", path, "WordsKt", text.toString()));
  }

  @Test
  void springBootJar() throws Exception {
    assumeTrue(isPresent("org.springframework.boot.loader.tools.Repackager"), "no Spring Boot");
    Path source = directory.resolve("Application.java");
    Files.writeString(
        source,
        """
        public final class Application {
          public static void main(String[] arguments) throws Exception {
            try (var region = io.mmapio.Mmap.map(java.nio.file.Path.of(arguments[0]))) {
              System.out.println(region.size() + " bytes by " + io.mmapio.Mmap.backend().origin());
            }
          }
        }
        """);
    compileJava(source);
    Path jar = BootJar.of(directory, "Application", libraryJars());
    Path text = Files.writeString(directory.resolve("text"), "12345");
    String output = java("-jar", jar.toString(), text.toString());
    assertTrue(output.startsWith("5 bytes by "), output);
    assertTrue(output.contains("application.jar"), output); // out of the jar in the jar
  }

  /** What docs/start.md says: the program, run from its source, prints what stands below it. */
  @Test
  void firstProgram() throws Exception {
    assumeTrue(ToolProvider.getSystemJavaCompiler() != null, "this JVM cannot run sources");
    assumeTrue(Files.exists(START), "the documents are not here");
    String page = Files.readString(START).replace("\r", "");
    Matcher shown = PROGRAM.matcher(page);
    assertTrue(shown.find(), page);
    Path source = Files.writeString(directory.resolve("First.java"), shown.group(1));
    assertEquals(shown.group(2), java("-cp", library(), source.toString()));
  }

  private void compileJava(Path source) {
    String[] arguments = {"-cp", library(), "-d", directory.toString(), source.toString()};
    int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments);
    assertEquals(0, code, source.toString());
  }

  private static boolean isPresent(String name) {
    try {
      Class.forName(name, /* initialize= */ false, ToolchainRecipesTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static List<Path> libraryJars() {
    List<Path> jars = new ArrayList<>();
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      if (entry.contains("mmap-") && entry.endsWith(".jar")) {
        jars.add(Path.of(entry));
      }
    }
    return jars;
  }

  private static String library() {
    return String.join(File.pathSeparator, libraryJars().stream().map(Path::toString).toList());
  }

  /** Runs a JVM; its output. */
  private static String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow"); // the compiler of Kotlin uses it
    }
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("recipe", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
