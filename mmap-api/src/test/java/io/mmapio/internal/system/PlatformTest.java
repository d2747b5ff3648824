// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mmapio.internal.jni.JniBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names of os-maven-plugin, for machines this one is not. */
final class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, x86_64, linux-x86_64",
    "Linux, aarch64, linux-aarch_64",
    "Linux, arm, linux-arm_32",
    "Linux, i386, linux-x86_32",
    "Linux, ppc64le, linux-ppcle_64",
    "Linux, s390x, linux-s390_64",
    "Linux, riscv64, linux-riscv64",
    "Mac OS X, x86_64, osx-x86_64",
    "Mac OS X, aarch64, osx-aarch_64",
    "Darwin, aarch64, darwin-aarch_64",
    "Windows 10, amd64, windows-x86_64",
    "Windows Server 2022, amd64, windows-x86_64",
    "Windows 11, aarch64, windows-aarch_64",
    "FreeBSD, amd64, freebsd-x86_64"
  })
  void classifierIsThatOfTheBuild(String osName, String osArch, String classifier) {
    assertEquals(classifier, Platform.classifier(osName, osArch));
  }

  @ParameterizedTest
  @CsvSource({
    "linux-x86_64, libmmapio.so",
    "linux-aarch_64, libmmapio.so",
    "linux-s390_64, libmmapio.so",
    "windows-aarch_64, mmapio.dll",
    "osx-aarch_64, libmmapio.dylib",
    "windows-x86_64, mmapio.dll"
  })
  void libraryHasTheNameOfItsPlatform(String classifier, String file) {
    assertEquals("/META-INF/native/" + classifier + '/' + file, JniBackend.resource(classifier));
  }
}
