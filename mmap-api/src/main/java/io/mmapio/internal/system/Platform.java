// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The machine on which the JVM runs, in the notation of os-maven-plugin, so that messages can name
 * the dependency to add.
 */
public final class Platform {
  /** The platforms for which a native library is published. */
  public static final List<String> PUBLISHED =
      List.of(
          "linux-x86_64",
          "linux-aarch_64",
          "linux-riscv64",
          "linux-ppcle_64",
          "linux-s390_64",
          "linux-arm_32",
          "osx-x86_64",
          "osx-aarch_64",
          "windows-x86_64",
          "windows-aarch_64");

  private Platform() {}

  /**
   * Returns the classifier of this machine.
   *
   * @return the value of {@code ${os.detected.classifier}} on this machine
   */
  public static String classifier() {
    return classifier(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /**
   * Tells whether this is Linux, with its /proc. Other systems, for example Wine, have a directory
   * of that name too.
   */
  public static boolean isLinux() {
    return os(normalized(System.getProperty("os.name", ""))).equals("linux");
  }

  public static boolean isWindows() {
    return os(normalized(System.getProperty("os.name", ""))).equals("windows");
  }

  /** A path of an open file; empty where descriptors have none. */
  public static Optional<Path> pathOfDescriptor(long descriptor) {
    Path path =
        Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "" + descriptor);
    return descriptor >= 0 && isLinux() && Files.exists(path)
        ? Optional.of(path)
        : Optional.empty();
  }

  public static String classifier(String osName, String osArch) {
    return os(normalized(osName)) + '-' + arch(normalized(osArch));
  }

  private static String normalized(String value) {
    StringBuilder letters = new StringBuilder();
    for (char c : value.toLowerCase(Locale.ROOT).toCharArray()) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        letters.append(c);
      }
    }
    return letters.toString();
  }

  private static String os(String name) {
    if (name.startsWith("linux")) {
      return "linux";
    }
    if (name.startsWith("mac") || name.startsWith("osx")) {
      return "osx";
    }
    return name.startsWith("windows") ? "windows" : name;
  }

  private static String arch(String arch) {
    return switch (arch) {
      case "x8664", "amd64", "ia32e", "em64t", "x64" -> "x86_64";
      case "x8632", "x86", "i386", "i486", "i586", "i686", "ia32", "x32" -> "x86_32";
      case "aarch64" -> "aarch_64";
      case "arm", "arm32" -> "arm_32";
      case "ppc64le" -> "ppcle_64";
      case "s390x" -> "s390_64";
      default -> arch;
    };
  }
}
