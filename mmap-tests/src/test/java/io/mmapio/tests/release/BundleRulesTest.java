// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import static io.mmapio.tests.release.SampleBundle.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mmapio.tests.release.CheckBundle.Leniency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each rule for provenance and for the whole bundle is seen to fail, and no other with it. */
class BundleRulesTest extends DamagedBundle {
  /** What a provenance statement cannot do without. */
  static final List<String> stated =
      List.of(
          "https://in-toto.io/Statement/v1",
          "https://slsa.dev/provenance/v1",
          "buildType",
          "externalParameters",
          "builder",
          "gitCommit");

  private void editProvenance(String old, String other) throws IOException {
    Path provenance = root.resolve(path("library", ProvenanceRules.SUFFIX));
    Files.writeString(provenance, Files.readString(provenance).replace(old, other));
    SampleBundle.derive(provenance);
  }

  @Test
  void provenanceLacksFile() throws IOException {
    assertProblem(
        "does not have the digest of library-1.0.jar",
        bundle -> {},
        bundle -> editProvenance("library-1.0.jar", "other.jar"));
  }

  @ParameterizedTest
  @FieldSource("stated")
  void provenanceLacksStatement(String what) throws IOException {
    assertProblem(
        "library-1.0-provenance.json does not match",
        bundle -> {},
        bundle -> editProvenance(what, "other"));
  }

  @Test
  void provenanceIsMissing() throws IOException {
    assertProblem(
        "org.sample:bom:1.0 lacks its provenance",
        bundle -> {},
        bundle -> {
          for (String suffix : List.of("", ".asc", ".md5", ".sha1", ".sha256", ".sha512")) {
            Files.delete(root.resolve(path("bom", ProvenanceRules.SUFFIX) + suffix));
          }
        });
  }

  @Test
  void billOfMaterialsIsMissing() throws IOException {
    assertProblem("CycloneDX", bundle -> bundle.remove(path("parent", "-cyclonedx.json")));
  }

  @Test
  void bomLacksLibrary() throws IOException {
    assertProblem(
        "the dependencyManagement of the BOM lacks library",
        bundle -> bundle.edit(path("bom", ".pom"), pom -> pom.replace(">library<", ">other<")));
  }

  @Test
  void gradleIsNotTold() throws IOException {
    assertProblem(
        "the POM announces Gradle metadata: false",
        bundle -> bundle.edit(POM, pom -> pom.replace(WholeRules.GRADLE_MARKER, "")));
  }

  @Test
  void gradleIsToldOfMissingFile() throws IOException {
    assertProblem(
        "names the missing nothing.jar",
        bundle -> bundle.edit(path("library", ".module"), text -> "{\"url\": \"nothing.jar\"}"));
  }

  @Test
  void moduleIsMissing() throws IOException {
    assertProblem(
        "the bundle lacks the module parent",
        bundle -> {
          bundle.remove(path("parent", ".pom"));
          bundle.remove(path("parent", "-cyclonedx.json"));
          bundle.add(path("bom", "-cyclonedx.json"), "{}".getBytes(UTF_8));
        });
  }

  @Test
  void versionIsAnother() throws IOException {
    SampleBundle bundle = new SampleBundle(root);
    bundle.write();
    assertEquals(
        3,
        CheckBundle.problems(root, "2.0", SampleBundle.PUBLISHED, Leniency.NONE).stream()
            .filter(problem -> problem.endsWith("the version is not 2.0"))
            .count());
  }

  @Test
  void unpublishedModuleIsThere() throws IOException {
    assertProblem(
        "the bundle has extra, which is not published",
        bundle ->
            bundle.add(
                path("extra", ".pom"),
                new String(bundle.contents(path("parent", ".pom")), UTF_8)
                    .replace(">parent<", ">extra<")
                    .getBytes(UTF_8)));
  }
}
