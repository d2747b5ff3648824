// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application server can let go of the library: nothing keeps its class loader alive. */
@Tag("child-jvm")
final class RedeployTest {
  private static final int FEW = Machine.isEmulated() ? 10 : 60;
  private static final int MANY = 1_000;

  @TempDir Path directory;

  @Test
  void whatTheseTestsDoThemselvesLeavesNothing() throws Exception {
    redeploy(FEW, "G1", Application.IDLE);
  }

  @ParameterizedTest
  @CsvSource({
    "G1, guarded jmx jfr",
    "Z, leak unclosed",
  })
  void nothingIsLeftOfSomeRedeploys(String collector, String how) throws Exception {
    redeploy(FEW, collector, how);
  }

  @Tag("long")
  @ParameterizedTest
  @CsvSource({
    "G1, ''",
    "Z, ''",
    "G1, guarded jmx jfr",
    "Z, guarded jmx jfr",
    "G1, unclosed",
    "Z, unclosed guarded",
    "G1, leak",
    "Z, leak unclosed",
    "G1, leak guarded",
    "Z, leak guarded unclosed",
  })
  void nothingIsLeftOfManyRedeploys(String collector, String how) throws Exception {
    redeploy(MANY, collector, how);
  }

  private void redeploy(int rounds, String collector, String how) throws Exception {
    Path file = Application.file(directory.resolve("file"));
    boolean leaks = how.contains(Application.LEAK);
    int leaked = leaks ? Math.min(rounds, 100) / 2 * 2 : 0;
    String[] words = how.split(" ", -1);
    String[] arguments = new String[3 + words.length];
    arguments[0] = file.toString();
    arguments[1] = "" + rounds;
    arguments[2] = "" + leaked;
    System.arraycopy(words, 0, arguments, 3, words.length);
    ChildJvm child = new ChildJvm().patience(20).option("-Xmx64m", "-XX:TieredStopAtLevel=1");
    if (System.getProperty("os.name").equals("Linux") && !Machine.isEmulated()) {
      child.under("env", "MALLOC_ARENA_MAX=1").option("-XX:+Use" + collector + "GC");
    }
    // A view that leaks may keep the loader that it came from.
    child.option("-XX:MaxMetaspaceSize=" + (leaks ? 256 : 64) + "m");
    ChildJvm.Outcome outcome = child.run(Redeploys.class, arguments);
    String output = outcome.withoutWarnings();
    System.out.println(how + ", " + collector + ": " + output);
    assertEquals(0, outcome.exitCode(), output);
    assertFalse(output.contains("NoClassDefFoundError"), output);
    assertTrue(output.strip().endsWith("flat after " + rounds), output);
  }
}
