// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The files of a module: those that must be there, their checksums and their signatures. */
final class FileRules {
  private static final Map<String, String> ALGORITHMS =
      new TreeMap<>(
          Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512"));

  private FileRules() {}

  static void check(StagedModule module, Pom pom, List<String> problems) throws IOException {
    required(module, module.file(".pom"), problems);
    if (!pom.packaging().equals("pom")) {
      required(module, module.file("." + pom.packaging()), problems);
      required(module, module.file("-sources.jar"), problems);
      required(module, module.file("-javadoc.jar"), problems);
    }
    for (Path artifact : module.artifacts()) {
      if (artifact.toString().endsWith(".jar")) {
        readable(artifact, problems);
      }
      for (Map.Entry<String, String> algorithm : ALGORITHMS.entrySet()) {
        checksum(artifact, algorithm.getKey(), algorithm.getValue(), problems);
      }
      Signatures.check(artifact, problems);
    }
  }

  private static void required(StagedModule module, Path file, List<String> problems) {
    if (!Files.isRegularFile(file)) {
      problems.add(module + " lacks " + file.getFileName());
    }
  }

  private static void readable(Path jar, List<String> problems) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() == 0) {
        problems.add(jar.getFileName() + " is empty");
      }
    } catch (ZipException e) {
      problems.add(jar.getFileName() + " is no jar: " + e.getMessage());
    }
  }

  private static void checksum(Path file, String suffix, String algorithm, List<String> problems)
      throws IOException {
    Path beside = Path.of(file + "." + suffix);
    if (!Files.isRegularFile(beside)) {
      problems.add(file.getFileName() + " lacks its " + suffix);
    } else if (!Files.readString(beside).strip().equals(digest(file, algorithm))) {
      problems.add(file.getFileName() + " does not have the " + suffix + " that is said");
    }
  }

  static String digest(Path file, String algorithm) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // each JDK has them
    }
  }
}
