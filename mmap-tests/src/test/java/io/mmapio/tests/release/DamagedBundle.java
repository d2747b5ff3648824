// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import static io.mmapio.tests.release.SampleBundle.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.tests.release.CheckBundle.Leniency;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the rules share: a key of GnuPG, and a bundle that is damaged. */
@Tag("child-jvm")
abstract class DamagedBundle {
  static final String POM = path("library", ".pom");
  static final String JAR = path("library", ".jar");

  @TempDir static Path keys;

  @TempDir Path root;

  @BeforeAll
  static void makeKey() throws IOException {
    boolean gpg =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gpg")));
    assumeTrue(gpg, "there is no gpg");
    System.setProperty("gnupg.home", keys.toString());
    SampleBundle.forgetSignatures();
    Signatures.gpg("--passphrase", "", "--quick-generate-key", "test", "ed25519", "sign", "1d");
  }

  @AfterAll
  static void endAgent() throws IOException, InterruptedException {
    if (System.clearProperty("gnupg.home") != null) {
      new ProcessBuilder("gpgconf", "--homedir", keys.toString(), "--kill", "all")
          .start()
          .waitFor();
    }
  }

  /** A change to a bundle before or after its signatures and checksums are made. */
  interface Damage {
    void to(SampleBundle bundle) throws IOException;
  }

  void assertProblem(String expected, Damage before, Damage after) throws IOException {
    SampleBundle bundle = new SampleBundle(root);
    before.to(bundle);
    bundle.write();
    after.to(bundle);
    List<String> problems =
        CheckBundle.problems(root, SampleBundle.VERSION, SampleBundle.PUBLISHED, Leniency.NONE);
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains(expected), problems.toString());
  }

  void assertProblem(String expected, Damage before) throws IOException {
    assertProblem(expected, before, bundle -> {});
  }
}
