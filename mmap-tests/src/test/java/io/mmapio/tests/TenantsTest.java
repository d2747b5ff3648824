// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several copies of the library in one JVM, each with guarded regions: whichever comes and goes
 * when, each handles the faults of its own, and the JVM's own stay the JVM's. See {@link Tenants}
 * for the words.
 */
@Tag("child-jvm")
final class TenantsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start A, start B, end A, cut B, end B, own",
        "start A, start B, end B, cut A, end A, own",
      })
  void eachOfTwoHandlesTheFaultsOfItsOwn(String steps) throws Exception {
    happens(steps + ", alone");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "own, start A, own, end A, own",
        "start A, start B, cut A, whole B, cut B, end B, own, end A, own",
        "start A, start B, end A, start C, whole B, cut C, cut B, end B, end C, own",
        "start A, start B, end B, start C, cut A, whole C, end A, cut C, own, end C, own",
        "start A, start B, start C, end B, cut A, cut C, end A, end C, own, start D, cut D, end D",
      })
  void eachOfManyHandlesTheFaultsOfItsOwn(String steps) throws Exception {
    happens(steps + ", alone");
  }

  /** A view keeps what it needs of the copy that it came from, and no more. */
  @Test
  void viewOutlivesItsApplication() throws Exception {
    happens("start A, leak A, start B, end A, cut B, kept A, forget A, end B, alone, own");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "start A, leak A, end A, kept A, start B, cut B, kept A, end B, kept A, own, forget A",
        "start A, start B, leak B, cut B, end B, kept B, end A, kept B, own, forget B",
      })
  void viewOutlivesItsApplicationAndOthers(String steps) throws Exception {
    happens(steps + ", alone, own");
  }

  private void happens(String steps) throws Exception {
    assumeTrue(Feature.GUARD.isSupported(), "no guard here");
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
    String[] arguments =
        Stream.concat(Stream.of(directory.toString()), Stream.of(steps.split(", ", -1)))
            .toArray(String[]::new);
    ChildJvm.Outcome outcome = new ChildJvm().run(Tenants.class, arguments);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertFalse(outcome.output().contains("NoClassDefFoundError"), outcome.output());
    assertTrue(outcome.output().strip().endsWith("\ndone"), outcome.output());
  }
}
