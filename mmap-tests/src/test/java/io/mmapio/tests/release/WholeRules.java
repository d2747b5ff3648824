// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import io.mmapio.tests.release.CheckBundle.Leniency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What the modules of a bundle must be together. */
final class WholeRules {
  static final String GRADLE_MARKER = "do_not_remove: published-with-gradle-metadata";

  private static final Pattern VARIANT_FILE = Pattern.compile("\"url\": *\"([^\"]+)\"");

  private WholeRules() {}

  static void check(
      List<StagedModule> modules, Set<String> published, Leniency leniency, List<String> problems)
      throws IOException {
    Set<String> staged = new TreeSet<>();
    Set<String> jars = new TreeSet<>();
    Set<String> managed = new TreeSet<>();
    boolean sbom = false;
    for (StagedModule module : modules) {
      staged.add(module.name());
      Pom pom = Pom.read(module);
      managed.addAll(pom.texts("dependencyManagement/dependencies/dependency/artifactId"));
      if (!pom.packaging().equals("pom")) {
        jars.add(module.name());
      }
      sbom |= Files.isRegularFile(module.file("-cyclonedx.json"));
      gradle(module, problems);
    }
    if (!sbom) {
      problems.add("no module has the bill of materials (CycloneDX)");
    }
    compare(staged, published, leniency, problems);
    jars.stream()
        .filter(jar -> !managed.contains(jar))
        .forEach(jar -> problems.add("the dependencyManagement of the BOM lacks " + jar));
  }

  private static void compare(
      Set<String> staged, Set<String> published, Leniency leniency, List<String> problems) {
    for (String module : published) {
      if (!staged.contains(module) && leniency.missing()) {
        System.out.println("LEFT OUT: the module " + module + ", which was not built here");
      } else if (!staged.contains(module)) {
        problems.add("the bundle lacks the module " + module);
      }
    }
    staged.stream()
        .filter(module -> !published.contains(module))
        .forEach(module -> problems.add("the bundle has " + module + ", which is not published"));
  }

  /** Gradle reads its own metadata only if the POM says that there is some. */
  private static void gradle(StagedModule module, List<String> problems) throws IOException {
    Path metadata = module.file(".module");
    Path pom = module.file(".pom");
    boolean announced = Files.isRegularFile(pom) && Files.readString(pom).contains(GRADLE_MARKER);
    if (Files.isRegularFile(metadata) != announced) {
      problems.add(module + ": the POM announces Gradle metadata: " + announced);
    }
    if (Files.isRegularFile(metadata)) {
      VARIANT_FILE
          .matcher(Files.readString(metadata))
          .results()
          .map(result -> result.group(1))
          .filter(file -> !Files.isRegularFile(module.directory().resolve(file)))
          .forEach(file -> problems.add(metadata.getFileName() + " names the missing " + file));
    }
  }
}
