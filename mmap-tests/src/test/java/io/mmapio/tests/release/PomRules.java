// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import io.mmapio.tests.release.CheckBundle.Leniency;
import java.util.List;

/** What Maven Central wants in a POM, and that it can be resolved without another one. */
final class PomRules {
  /** Must be there and say something. */
  private static final List<String> REQUIRED =
      List.of(
          "modelVersion",
          "groupId",
          "artifactId",
          "version",
          "name",
          "description",
          "url",
          "licenses/license/name",
          "licenses/license/url",
          "developers/developer/name",
          "developers/developer/organization",
          "developers/developer/organizationUrl",
          "scm/connection",
          "scm/developerConnection",
          "scm/url");

  /** Leads resolvers elsewhere, or lets them see another POM than was published. */
  private static final List<String> FORBIDDEN =
      List.of(
          "repositories",
          "pluginRepositories",
          "distributionManagement",
          "parent",
          "profiles",
          "build");

  private PomRules() {}

  static void check(StagedModule module, Pom pom, Leniency leniency, List<String> problems) {
    for (String path : REQUIRED) {
      if (pom.text(path).isEmpty()) {
        problems.add(module + ": the POM lacks " + path);
      }
    }
    for (String path : FORBIDDEN) {
      if (pom.has(path)) {
        problems.add(module + ": the POM has " + path);
      }
    }
    coordinates(module, pom, problems);
    versions(module, pom, problems);
    for (String text : pom.texts("/*[not(*)]")) {
      if (text.contains("${")) {
        problems.add(module + ": the POM leaves " + text + " open");
      }
      if (!leniency.placeholders() && text.matches(".*://[^/]*\\.example\\b.*")) {
        problems.add(module + ": the POM has the placeholder " + text);
      }
    }
  }

  private static void coordinates(StagedModule module, Pom pom, List<String> problems) {
    String said = pom.text("groupId") + ":" + pom.text("artifactId") + ":" + pom.text("version");
    boolean complete =
        pom.has("groupId") && pom.has("artifactId") && pom.has("version"); // else it was said above
    if (complete && !said.equals(module.toString())) {
      problems.add(module + ": the POM is of " + said);
    }
    if (module.version().endsWith("-SNAPSHOT")) {
      problems.add(module + ": a SNAPSHOT");
    }
  }

  private static void versions(StagedModule module, Pom pom, List<String> problems) {
    for (String version : pom.texts("/dependency/version")) {
      if (version.endsWith("-SNAPSHOT")) {
        problems.add(module + ": a dependency is the SNAPSHOT " + version);
      }
    }
    if (pom.texts("dependencies/dependency").size()
        != pom.texts("dependencies/dependency/version").size()) {
      problems.add(module + ": a dependency has no version");
    }
  }
}
