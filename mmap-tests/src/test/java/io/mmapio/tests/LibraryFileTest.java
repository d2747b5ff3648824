// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Mmap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries in the jar: what they need, what they show, how they are hardened. */
final class LibraryFileTest {
  /** CentOS 7, and with it every Linux that is still alive. */
  private static final int OLDEST_GLIBC = 217;

  /** The first glibc for the CPU. */
  private static final int OLDEST_GLIBC_OF_RISCV = 227;

  private static final String WINDOWS = "x86_64-w64-mingw32-objdump";

  /** What the JVM calls before it unloads the library. */
  private static final String UNLOADING = "JNI_OnUnload";

  /** What several copies of the library in one process share: see guard_shared.h. */
  private static final String SHARED = "mmapio_guard_1";

  @TempDir Path directory;

  /** What a tool says of the library of a platform. */
  private String inspect(String classifier, String file, String... command)
      throws IOException, InterruptedException {
    Machine.assumeTool(command[0]);
    Path library = directory.resolve(file);
    String resource = "/META-INF/native/" + classifier + "/" + file;
    try (InputStream in = Mmap.class.getResourceAsStream(resource)) {
      assumeTrue(in != null, classifier + " was not built: mvn -Pcross builds it");
      Files.write(library, in.readAllBytes());
    }
    List<String> words = new ArrayList<>(List.of(command));
    words.add(library.toString());
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private String readelf(String classifier, String option)
      throws IOException, InterruptedException {
    return inspect(classifier, "libmmapio.so", "readelf", "--wide", option);
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static void assertJniFunctions(List<String> exported) {
    assertTrue(exported.size() >= 15, exported.toString());
    assertTrue(exported.contains(UNLOADING), exported.toString());
    for (String symbol : exported) {
      boolean function = symbol.startsWith("Java_io_mmapio_internal_jni_Jni_");
      assertTrue(function || symbol.equals(UNLOADING), symbol);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "linux-x86_64, X86-64",
    "linux-aarch_64, AArch64",
    "linux-riscv64, RISC-V",
    "linux-ppcle_64, PowerPC64",
    "linux-s390_64, IBM S/390",
    "linux-arm_32, ARM"
  })
  void linuxIsOfItsMachineAndNeedsNothingButLibc(String classifier, String machine)
      throws IOException, InterruptedException {
    assertTrue(readelf(classifier, "--file-header").contains(machine));
    for (String needed : matches("\\(NEEDED\\).*\\[(.*)\\]", readelf(classifier, "--dynamic"))) {
      // For glibc before 2.34 zig names libpthread too; musl knows both names as its own.
      assertTrue(
          needed.matches(classifier.endsWith("x86_64") ? "libc.so.6" : "lib(c|pthread)[.].*"),
          needed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-x86_64",
        "linux-aarch_64",
        "linux-riscv64",
        "linux-ppcle_64",
        "linux-s390_64",
        "linux-arm_32"
      })
  void linuxIsHardened(String classifier) throws IOException, InterruptedException {
    String headers = readelf(classifier, "--program-headers");
    assertTrue(headers.contains("GNU_RELRO"), headers);
    assertTrue(headers.contains("GNU_STACK"), headers);
    assertFalse(headers.contains("RWE"), headers);
    assertTrue(readelf(classifier, "--dynamic").contains("NOW"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-x86_64",
        "linux-aarch_64",
        "linux-riscv64",
        "linux-ppcle_64",
        "linux-s390_64",
        "linux-arm_32"
      })
  void linuxExportsJniFunctionsAlone(String classifier) throws IOException, InterruptedException {
    String symbols = readelf(classifier, "--dyn-syms");
    assertJniFunctions(
        matches(" FUNC +(?:GLOBAL|WEAK) +DEFAULT +(?:\\[.*\\] +)?\\d+ (\\S+)", symbols));
    assertEquals(
        List.of(SHARED), matches(" OBJECT +(?:GLOBAL|WEAK) +DEFAULT +\\d+ (\\S+)", symbols));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linux-x86_64",
        "linux-aarch_64",
        "linux-riscv64",
        "linux-ppcle_64",
        "linux-s390_64",
        "linux-arm_32"
      })
  void linuxHasNoSymbolNewerThanTheOldestGlibc(String classifier)
      throws IOException, InterruptedException {
    int oldest = classifier.equals("linux-riscv64") ? OLDEST_GLIBC_OF_RISCV : OLDEST_GLIBC;
    for (String minor : matches("GLIBC_2\\.(\\d+)", readelf(classifier, "--dyn-syms"))) {
      assertTrue(200 + Integer.parseInt(minor) <= oldest, "GLIBC_2." + minor);
    }
  }

  /** Of GNU's tools for Windows, none knows this CPU. */
  @Test
  void windowsOnArmNeedsNothingButTheSystemAndIsHardened()
      throws IOException, InterruptedException {
    String classifier = "windows-aarch_64";
    String headers = inspect(classifier, "mmapio.dll", "llvm-readobj", "--file-headers");
    assertTrue(headers.contains("IMAGE_FILE_MACHINE_ARM64"), headers);
    for (String flag : List.of("HIGH_ENTROPY_VA", "DYNAMIC_BASE", "NX_COMPAT")) {
      assertTrue(headers.contains(flag), flag);
    }
    assertTrue(headers.contains("TimeDateStamp: 1970-01-01"), headers);
    String imports = inspect(classifier, "mmapio.dll", "llvm-readobj", "--coff-imports");
    for (String needed : matches("^  Name: (\\S+)", imports)) {
      assertTrue(needed.matches("KERNEL32.dll|ADVAPI32.dll|api-ms-win-crt-.*"), needed);
    }
    String exports = inspect(classifier, "mmapio.dll", "llvm-readobj", "--coff-exports");
    assertJniFunctions(matches("^  Name: (\\S+)", exports));
  }

  @Test
  void windowsNeedsNothingButTheSystemAndIsHardened() throws IOException, InterruptedException {
    String file = inspect("windows-x86_64", "mmapio.dll", WINDOWS, "-p");
    assertTrue(file.contains("pei-x86-64"), file);
    Set<String> system = Set.of("KERNEL32.dll", "msvcrt.dll", "ADVAPI32.dll");
    for (String needed : matches("DLL Name: (\\S+)", file)) {
      assertTrue(system.contains(needed), needed);
    }
    for (String flag : List.of("HIGH_ENTROPY_VA", "DYNAMIC_BASE", "NX_COMPAT")) {
      assertTrue(file.contains(flag), flag);
    }
    assertJniFunctions(matches("^\\t\\[ *\\d+\\] (?!\\+base)(\\S+)$", file));
  }

  @ParameterizedTest
  @CsvSource({"osx-x86_64, X86_64", "osx-aarch_64, ARM64"})
  void macosIsOfItsMachineAndNeedsTheSystemAlone(String classifier, String machine)
      throws IOException, InterruptedException {
    String headers = macos(classifier, "llvm-objdump", "--macho", "--private-headers");
    assertTrue(headers.contains(machine), headers);
    assertTrue(headers.contains("DYLIB"), headers);
    assertEquals(List.of("11.0"), matches("minos (\\S+)", headers));
    assertEquals(
        classifier.equals("osx-aarch_64"), headers.contains("LC_CODE_SIGNATURE"), "signature");
    assertEquals(
        List.of("@rpath/libmmapio.dylib", "/usr/lib/libSystem.B.dylib"),
        matches("^\\t(\\S+) \\(", macos(classifier, "llvm-objdump", "--macho", "--dylibs-used")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"osx-x86_64", "osx-aarch_64"})
  void macosExportsJniFunctionsAlone(String classifier) throws IOException, InterruptedException {
    String symbols = macos(classifier, "llvm-nm", "--extern-only", "--defined-only");
    assertJniFunctions(matches(" T _(\\S+)", symbols));
    // The first two every linker of Mach-O adds.
    assertEquals(
        List.of("___dso_handle", "__mh_dylib_header", "_" + SHARED),
        matches(" [^T] (\\S+)$", symbols));
  }

  private String macos(String classifier, String... command)
      throws IOException, InterruptedException {
    return inspect(classifier, "libmmapio.dylib", command);
  }
}
