// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import static io.mmapio.tests.release.SampleBundle.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.tests.release.CheckBundle.Leniency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule for a module is seen to fail, and no other with it. */
class ModuleRulesTest extends DamagedBundle {
  /** As Maven Central's requirements have them, and not as the rules do. */
  static final List<String> required =
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

  static final List<String> forbidden =
      List.of(
          "repositories",
          "pluginRepositories",
          "distributionManagement",
          "parent",
          "profiles",
          "build");

  @Test
  void wholeBundleIsFine() throws IOException {
    new SampleBundle(root).write();
    assertEquals(
        List.of(),
        CheckBundle.problems(root, SampleBundle.VERSION, SampleBundle.PUBLISHED, Leniency.NONE));
  }

  @ParameterizedTest
  @FieldSource("required")
  void elementIsMissing(String element) throws IOException {
    String name = element.substring(element.lastIndexOf('/') + 1);
    String parent = element.contains("/") ? element.replaceAll(".*?([a-z]+)/[^/]*$", "$1") : "";
    String inside = parent.isEmpty() ? "" : "(?<=<" + parent + ">.{0,300})";
    String removed = "(?s)" + inside + "<" + name + ">[^<]*</" + name + ">";
    assertProblem(
        "the POM lacks " + element,
        bundle -> bundle.edit(POM, pom -> pom.replaceFirst(removed, "")));
  }

  @ParameterizedTest
  @FieldSource("forbidden")
  void elementIsThere(String element) throws IOException {
    assertProblem(
        "the POM has " + element,
        bundle -> bundle.edit(POM, pom -> pom.replace("<scm>", "<" + element + "/><scm>")));
  }

  static List<String> filesOfLibrary() {
    return List.of(".jar", "-sources.jar", "-javadoc.jar");
  }

  @ParameterizedTest
  @MethodSource("filesOfLibrary")
  void fileIsMissing(String suffix) throws IOException {
    assertProblem(
        "lacks library-1.0" + suffix,
        bundle -> {
          bundle.remove(path("library", suffix));
          bundle.edit(path("library", ".module"), text -> "{}");
        });
  }

  static Stream<String> derivedFiles() {
    return Stream.concat(Stream.of("asc"), StagedModule.CHECKSUMS.stream());
  }

  @ParameterizedTest
  @MethodSource("derivedFiles")
  void derivedFileIsMissing(String suffix) throws IOException {
    assertProblem(
        "library-1.0.jar lacks its " + suffix.replace("asc", "signature"),
        bundle -> {},
        bundle -> Files.delete(root.resolve(JAR + "." + suffix)));
  }

  @ParameterizedTest
  @MethodSource("derivedFiles")
  void derivedFileIsOfAnother(String suffix) throws IOException {
    assertProblem(
        "library-1.0.jar does not have "
            + suffix.replace("asc", "a good signature").replaceAll("^[ms].*", "the $0"),
        bundle -> {},
        bundle ->
            Files.copy(
                root.resolve(POM + "." + suffix),
                root.resolve(JAR + "." + suffix),
                StandardCopyOption.REPLACE_EXISTING));
  }

  @Test
  void jarIsBroken() throws IOException {
    assertProblem("library-1.0.jar is no jar", bundle -> bundle.edit(JAR, jar -> "text"));
  }

  @Test
  void jarIsEmpty() throws IOException {
    assertProblem("library-1.0.jar is empty", bundle -> bundle.add(JAR, SampleBundle.jar(0)));
  }

  @Test
  void digestsAreThoseOfTheAlgorithms() throws IOException {
    Path file = Files.writeString(root.resolve("abc"), "abc");
    assertEquals("900150983cd24fb0d6963f7d28e17f72", FileRules.digest(file, "MD5"));
    assertEquals("a9993e364706816aba3e25717850c26c9cd0d89d", FileRules.digest(file, "SHA-1"));
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        FileRules.digest(file, "SHA-256"));
    assertTrue(FileRules.digest(file, "SHA-512").startsWith("ddaf35a193617abacc417349ae204131"));
  }

  @Test
  void snapshotIsRefused() throws IOException {
    List<String> problems = new ArrayList<>();
    StagedModule module = new StagedModule(root, "org.sample", "library", "1-SNAPSHOT");
    PomRules.check(module, Pom.of("<project/>".getBytes(UTF_8)), Leniency.NONE, problems);
    assertTrue(problems.contains(module + ": a SNAPSHOT"), problems.toString());
  }

  @Test
  void emptyBundleIsRefused() throws IOException {
    List<String> problems = CheckBundle.problems(root, "1", Set.of(), Leniency.NONE);
    assertTrue(problems.contains("the bundle has no modules"), problems.toString());
  }

  @Test
  void coordinatesDiffer() throws IOException {
    assertProblem(
        "the POM is of org.other:",
        bundle -> bundle.edit(POM, pom -> pom.replaceFirst("org.sample", "org.other")));
  }

  @Test
  void dependencyIsSnapshot() throws IOException {
    assertProblem(
        "a dependency is the SNAPSHOT 1-SNAPSHOT",
        bundle -> bundle.edit(POM, pom -> pom.replace("<version>1<", "<version>1-SNAPSHOT<")));
  }

  @Test
  void dependencyHasNoVersion() throws IOException {
    assertProblem(
        "a dependency has no version",
        bundle -> bundle.edit(POM, pom -> pom.replace("<version>1</version>", "")));
  }

  @Test
  void propertyIsOpen() throws IOException {
    assertProblem(
        "the POM leaves ${it} open",
        bundle -> bundle.edit(POM, pom -> pom.replace("<name>N", "<name>${it}")));
  }

  @Test
  void addressIsPlaceholder() throws IOException {
    assertProblem(
        "the POM has the placeholder https://p.example/it",
        bundle ->
            bundle.edit(POM, pom -> pom.replaceFirst("<url>[^<]*<", "<url>https://p.example/it<")));
  }

  @Test
  void fileIsOfNoModule() throws IOException {
    assertProblem(
        "the name does not fit its folder: org/sample/maven-metadata.xml",
        bundle -> {},
        bundle -> Files.writeString(root.resolve("org/sample/maven-metadata.xml"), ""));
  }
}
