// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of constants.txt, compared with the C headers of each platform. */
final class ConstantsTest {
  private static final List<String> EVERYWHERE =
      List.of(
          "stddef.h",
          "errno.h",
          "fcntl.h",
          "unistd.h",
          "sys/mman.h",
          "sys/stat.h",
          "sys/resource.h",
          "sys/uio.h");

  private static final List<String> LINUX =
      List.of(
          "sys/vfs.h",
          "sys/mount.h",
          "linux/fs.h",
          "linux/magic.h",
          "linux/falloc.h",
          "linux/futex.h",
          "linux/memfd.h",
          "linux/userfaultfd.h",
          "asm/unistd.h");

  /** Compiles a static assertion for each number. */
  @ParameterizedTest
  @CsvSource({
    "linux-x86_64, x86_64-linux-gnu",
    "linux-x86_64, x86_64-linux-musl",
    "linux-aarch_64, aarch64-linux-gnu",
    "linux-aarch_64, aarch64-linux-musl",
    "linux-riscv64, riscv64-linux-gnu",
    "linux-ppcle_64, powerpc64le-linux-gnu",
    "linux-s390_64, s390x-linux-gnu",
    "linux-loongarch64, loongarch64-linux-gnu",
    "osx-x86_64, x86_64-macos",
    "osx-aarch_64, aarch64-macos"
  })
  void areThoseOfTheHeaders(String classifier, String target, @TempDir Path directory)
      throws Exception {
    String output = compile(directory, program(classifier), target);
    assertEquals("", output, target);
  }

  @Test
  void wrongNumberIsFound(@TempDir Path directory) throws Exception {
    String output = compile(directory, program("linux-s390_64"), "x86_64-linux-gnu");
    assertTrue(output.contains("__NR_futex"), output);
  }

  private static String program(String classifier) {
    StringBuilder c = new StringBuilder("#define _GNU_SOURCE\n");
    EVERYWHERE.forEach(header -> c.append("#include <" + header + ">\n"));
    if (classifier.startsWith("linux")) {
      LINUX.forEach(header -> c.append("#include <" + header + ">\n"));
    } else {
      c.append("#include <mach/mach.h>\n");
    }
    new TreeMap<>(Constants.of(classifier).all())
        .forEach((name, number) -> c.append(assertion(name.replace("struct_", "struct "), number)));
    return c.toString();
  }

  /** Older headers lack names that newer kernels know; only plain names can be asked for. */
  private static String assertion(String name, int number) {
    boolean field = name.contains(".");
    String expression =
        field ? "offsetof(%s)".formatted(name.replaceFirst("\\.(\\w+)$", ", $1")) : name;
    String assertion =
        "_Static_assert((unsigned) (%s) == %du, \"%s\");\n"
            .formatted(expression, Integer.toUnsignedLong(number), name);
    return name.matches("MADV_[A-Z_]+")
        ? "#ifdef " + name + "\n" + assertion + "#endif\n"
        : assertion;
  }

  /** What the compiler says. */
  private static String compile(Path directory, String program, String target)
      throws IOException, InterruptedException {
    String zig = System.getenv("ZIG");
    assumeTrue(zig != null, "zig, which has the headers of all platforms, is not there");
    Path source = Files.writeString(directory.resolve("constants.c"), program);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                zig, "cc", "-target", target, "-c", source.toString(), "-o", source + ".o")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    return status == 0 ? "" : Files.readString(output);
  }

  @Test
  void platformsWithoutNumbersAreRefusedWithAReason() {
    Map<String, String> reasons =
        Map.of(
            "windows-x86_64", "exception handler",
            "linux-mips_64", "CPUs",
            "linux-arm_32", "CPUs",
            "aix-ppc_64", "knows the numbers of",
            "nothing", "knows the numbers of");
    reasons.forEach(
        (classifier, reason) ->
            assertTrue(Constants.unsupportedReason(classifier).contains(reason), classifier));
    assertEquals("", Constants.unsupportedReason("linux-riscv64"));
  }
}
