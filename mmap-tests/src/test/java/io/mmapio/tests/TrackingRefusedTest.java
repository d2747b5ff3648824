// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Platforms, kernels and containers that do not let stores be tracked: they say so. */
final class TrackingRefusedTest {
  @TempDir Path directory;

  @Test
  void platformWithoutItSaysSo() throws IOException {
    assumeFalse(Feature.CHANGE_TRACKING.isSupported(), "stores are tracked here");
    try (MappedRegion region = Mmap.anonymous(Mmap.pageSize()).map()) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, region::mark);
      assertTrue(e.getMessage().contains("Feature.CHANGE_TRACKING"), e.getMessage());
    }
  }

  /** strace(1) has the kernel refuse what a container, or an older kernel, refuses. */
  @ParameterizedTest
  @CsvSource({
    "userfaultfd, EPERM, ''",
    "userfaultfd, ENOSYS, ''",
    "openat, EACCES, /proc/self/pagemap",
    "openat, ENOENT, /proc/self/pagemap",
    "ioctl, EINVAL, ''"
  })
  @Tag("child-jvm")
  void containerThatForbidsItSaysSo(String call, String error, String path) throws Exception {
    ChangedPages.assumeTracking();
    Machine.assumeTool("strace");
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
    String log = directory.resolve("strace.log").toString();
    String inject = "inject=" + call + ":error=" + error;
    ChildJvm child = new ChildJvm();
    if (path.isEmpty()) {
      child.under("strace", "-f", "-qq", "-o", log, "-e", "trace=" + call, "-e", inject);
    } else {
      child.under(
          "strace", "-f", "-qq", "-o", log, "-P", path, "-e", "trace=" + call, "-e", inject);
    }
    ChildJvm.Outcome outcome = child.run(TrackingRefused.class);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("supported: false"), outcome.output());
    assertFalse(outcome.output().contains("marked:"), outcome.output());
    assertEquals(3, outcome.output().split("refused: .*Feature.CHANGE_TRACKING", -1).length);
    assertTrue(outcome.output().contains("done"), outcome.output());
  }

  @Test
  @Tag("child-jvm")
  void nothingIsRefusedHere() throws Exception {
    ChangedPages.assumeTracking();
    ChildJvm.Outcome outcome = new ChildJvm().run(TrackingRefused.class);
    assertTrue(outcome.output().contains("supported: true"), outcome.output());
    assertEquals(3, outcome.output().split("marked: \\[]", -1).length, outcome.output());
  }
}
