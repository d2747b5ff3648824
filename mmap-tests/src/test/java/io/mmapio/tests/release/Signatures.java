// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks GnuPG, with the keys of the folder that GNUPGHOME names. */
final class Signatures {
  /** The digests of files with their signatures: tests ask for the same ones many times. */
  private static final Set<String> GOOD = ConcurrentHashMap.newKeySet();

  private Signatures() {}

  static void check(Path file, List<String> problems) throws IOException {
    Path signature = Path.of(file + ".asc");
    if (!Files.isRegularFile(signature)) {
      problems.add(file.getFileName() + " lacks its signature");
    } else if (!isGood(file, signature)) {
      problems.add(file.getFileName() + " does not have a good signature");
    }
  }

  private static boolean isGood(Path file, Path signature) throws IOException {
    String both = FileRules.digest(file, "SHA-256") + FileRules.digest(signature, "SHA-256");
    boolean good = GOOD.contains(both);
    if (!good) {
      good = gpg("--verify", signature.toString(), file.toString()).contains("[GNUPG:] GOODSIG");
    }
    if (good) {
      GOOD.add(both);
    }
    return good;
  }

  /** Runs GnuPG and returns what it says. */
  static String gpg(String... arguments) throws IOException {
    ProcessBuilder gpg = new ProcessBuilder("gpg", "--batch", "--status-fd", "1");
    gpg.command().addAll(List.of(arguments));
    String home = System.getProperty("gnupg.home");
    if (home != null) {
      gpg.environment().put("GNUPGHOME", home);
    }
    Process process = gpg.redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
