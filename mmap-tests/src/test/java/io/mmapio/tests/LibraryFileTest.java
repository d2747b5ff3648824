// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library in the jar: what it needs, what it shows, how it is hardened. */
final class LibraryFileTest {
  /** CentOS 7, and with it every Linux that is still alive. */
  private static final int OLDEST_GLIBC = 217;

  @TempDir Path directory;
  private Path library;

  @BeforeEach
  void unpack() throws IOException {
    Machine.assumeTool("readelf");
    library = directory.resolve("library.so");
    try (InputStream in = new URL(Mmap.backend().origin()).openStream()) {
      Files.copy(in, library);
    }
  }

  private String readelf(String... options) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("readelf", "--wide"));
    command.addAll(List.of(options));
    command.add(library.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private static List<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results().toList();
  }

  @Test
  void needsNothingButLibc() throws IOException, InterruptedException {
    for (MatchResult needed : matches("\\(NEEDED\\).*\\[(.*)\\]", readelf("--dynamic"))) {
      assertTrue(needed.group(1).startsWith("libc.so"), needed.group(1));
    }
  }

  @Test
  void relocationsAreReadOnlyAndBoundAtOnce() throws IOException, InterruptedException {
    assertTrue(readelf("--program-headers").contains("GNU_RELRO"));
    assertTrue(readelf("--dynamic").contains("NOW"));
  }

  @Test
  void neitherStackNorSegmentIsWritableAndExecutable() throws IOException, InterruptedException {
    String headers = readelf("--program-headers");
    assertTrue(headers.contains("GNU_STACK"), headers);
    assertFalse(headers.contains("RWE"), headers);
  }

  @Test
  void onlyJniFunctionsAreExported() throws IOException, InterruptedException {
    String symbols = readelf("--dyn-syms");
    List<MatchResult> exported =
        matches(" (?:FUNC|OBJECT) +(?:GLOBAL|WEAK) +DEFAULT +\\d+ (\\S+)", symbols);
    assertTrue(exported.size() >= 15, symbols);
    for (MatchResult symbol : exported) {
      assertTrue(symbol.group(1).startsWith("Java_io_mmapio_"), symbol.group(1));
    }
  }

  @Test
  void noSymbolIsNewerThanTheOldestGlibc() throws IOException, InterruptedException {
    for (MatchResult version : matches("GLIBC_2\\.(\\d+)", readelf("--dyn-syms"))) {
      assertTrue(200 + Integer.parseInt(version.group(1)) <= OLDEST_GLIBC, version.group());
    }
  }
}
