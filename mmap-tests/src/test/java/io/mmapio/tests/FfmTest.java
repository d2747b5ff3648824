// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Mmap;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the backend in Java is used. That it does what it should, all the other tests show. */
final class FfmTest {
  private static final String BACKEND = "io.mmapio.backend";

  @Test
  void thisRunTestsTheBackendThatItNames() {
    String named = System.getProperty(BACKEND);
    assumeTrue(named != null, "this run names no backend");
    assertEquals(named, Mmap.backend().name());
  }

  private static void assumeJarIsThere() {
    assumeTrue(
        System.getProperty("java.class.path").contains("mmap-ffm"),
        "mmap-ffm is built by a JDK of 22 or later only");
  }

  /** Runs the program without the property that this run may have. */
  private static ChildJvm.Outcome say(ChildJvm jvm) throws IOException, InterruptedException {
    return jvm.backend(null).run(LoadingTest.Sayer.class);
  }

  @Test
  @Tag("child-jvm")
  void nativeLibraryComesFirst() throws Exception {
    assumeJarIsThere();
    ChildJvm.Outcome outcome = say(new ChildJvm());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("name=bundled"), outcome.output());
  }

  @Test
  @Tag("child-jvm")
  void servesWhereNoNativeLibraryIs() throws Exception {
    assumeJarIsThere();
    ChildJvm.Outcome outcome =
        say(new ChildJvm().classPath(LoadingTest.classPathWithout("mmap-native")));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("name=ffm"), outcome.output());
  }

  @Test
  @Tag("child-jvm")
  void isNoSubstituteForALibraryThatDoesNotLoad() throws Exception {
    assumeJarIsThere();
    ChildJvm.Outcome outcome =
        say(new ChildJvm().option("-Dio.mmapio.library.path=/nowhere/libmmapio.so"));
    LoadingTest.assertRefused(outcome, "bundled", "/nowhere/libmmapio.so");
  }
}
