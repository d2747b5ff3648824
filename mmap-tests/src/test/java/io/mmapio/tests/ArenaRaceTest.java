// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shared arena is closed, and its region too, while threads read a segment of both. The JDK is
 * seen to let compiled code read on for a moment. A mapping of the JDK's is unmapped then, and the
 * JVM dies; ours is a tombstone.
 */
@Tag("child-jvm")
final class ArenaRaceTest {
  private static final String SECONDS = System.getProperty("mmapio.test.arena.seconds", "3");

  @TempDir Path directory;

  @Test
  void readingOnDoesNotEndTheJvm() throws Exception {
    assumeTrue(Runtime.version().feature() >= 22, "MemorySegment came with JDK 22");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assumeTrue(compiler != null, "this is no JDK");
    String source = Path.of("src/test/jdk22/ArenaRace.java").toAbsolutePath().toString();
    String classPath = System.getProperty("java.class.path");
    int code =
        Objects.requireNonNull(compiler)
            .run(null, null, null, "-cp", classPath, "-d", directory.toString(), source);
    assertEquals(0, code);
    ChildJvm.Outcome outcome = run("ours", classPath);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(
        outcome.output().matches("(?s)[1-9].* closed, [1-9].* 0 wrong\\s*"), outcome.output());
    // A later JDK may do better, so this is only told.
    ChildJvm.Outcome jdk = run("jdk", classPath);
    System.out.println("the JDK's mapping: " + (jdk.exitCode() == 0 ? jdk.output() : "JVM died"));
  }

  private ChildJvm.Outcome run(String what, String classPath) throws Exception {
    byte[] ones = new byte[4096];
    Arrays.fill(ones, (byte) 1);
    Path file = Files.write(directory.resolve("file"), ones);
    return new ChildJvm()
        .option("-XX:ErrorFile=" + directory.resolve("hs_err"))
        .classPath(directory + File.pathSeparator + classPath)
        .run("ArenaRace", what, file.toString(), SECONDS);
  }
}
