// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The provenance statement of a module: what it must say, and that it names every other file. */
final class ProvenanceRules {
  static final String SUFFIX = "-provenance.json";

  private static final List<Pattern> REQUIRED =
      List.of(
          Pattern.compile("\"_type\": *\"https://in-toto.io/Statement/v1\""),
          Pattern.compile("\"predicateType\": *\"https://slsa.dev/provenance/v1\""),
          Pattern.compile("\"buildType\": *\"[^\"]+\""),
          Pattern.compile("\"externalParameters\": *\\{"),
          Pattern.compile("\"builder\": *\\{\\s*\"id\": *\"[^\"]+\""),
          Pattern.compile("\"gitCommit\": *\"[0-9a-f]{40}\""));

  private ProvenanceRules() {}

  static void check(StagedModule module, List<String> problems) throws IOException {
    Path file = module.file(SUFFIX);
    if (!Files.isRegularFile(file)) {
      problems.add(module + " lacks its provenance");
      return;
    }
    String statement = Files.readString(file);
    for (Pattern pattern : REQUIRED) {
      if (!pattern.matcher(statement).find()) {
        problems.add(file.getFileName() + " does not match " + pattern);
      }
    }
    for (Path artifact : module.artifacts()) {
      if (!artifact.equals(file) && !names(statement, artifact)) {
        problems.add(file.getFileName() + " does not have the digest of " + artifact.getFileName());
      }
    }
  }

  private static boolean names(String statement, Path artifact) throws IOException {
    String name = Pattern.quote(artifact.getFileName().toString());
    String digest = FileRules.digest(artifact, "SHA-256");
    return Pattern.compile(
            "\"name\": *\"" + name + "\",\\s*\"digest\": *\\{\\s*\"sha256\": *\"" + digest + "\"")
        .matcher(statement)
        .find();
  }
}
