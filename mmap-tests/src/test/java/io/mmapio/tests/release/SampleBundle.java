// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A small bundle that keeps every rule: a parent, a library with metadata for Gradle, and a BOM.
 */
final class SampleBundle {
  static final String VERSION = "1.0";
  static final Set<String> PUBLISHED = Set.of("parent", "library", "bom");

  private static final String ADDRESS = "https://project.invalid/it";

  /** Signatures by the digest of what they are of: the same files are in each bundle. */
  private static final Map<String, String> SIGNATURES = new ConcurrentHashMap<>();

  private final Path root;

  /** The files that are not derived from others, by their path in the bundle. */
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  SampleBundle(Path root) throws IOException {
    this.root = root;
    put("parent", ".pom", pom("parent", "pom", ""));
    put("parent", "-cyclonedx.json", "{}");
    put("library", ".pom", pom("library", "jar", dependency("dependency", "1")));
    for (String suffix : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
      files.put(path("library", suffix), jar(1));
    }
    put("library", ".module", "{\"url\": \"library-1.0.jar\"}");
    put("bom", ".pom", pom("bom", "pom", managed("library")));
  }

  static String path(String module, String suffix) {
    return "org/sample/" + module + "/" + VERSION + "/" + module + "-" + VERSION + suffix;
  }

  private void put(String module, String suffix, String text) {
    files.put(path(module, suffix), text.getBytes(UTF_8));
  }

  private static String dependency(String name, String version) {
    return "<dependencies><dependency><groupId>org.other</groupId><artifactId>"
        + name
        + "</artifactId><version>"
        + version
        + "</version></dependency></dependencies>";
  }

  private static String managed(String name) {
    return "<dependencyManagement>" + dependency(name, VERSION) + "</dependencyManagement>";
  }

  private static String pom(String name, String packaging, String dependencies) {
    String marker = name.equals("library") ? "<!-- " + WholeRules.GRADLE_MARKER + " -->" : "";
    return """
        <project>%s<modelVersion>4.0.0</modelVersion>
        <groupId>org.sample</groupId><artifactId>%s</artifactId><version>%s</version>
        <packaging>%s</packaging><name>N</name><description>D</description><url>%s</url>
        <licenses><license><name>L</name><url>%5$s</url></license></licenses>
        <developers><developer><name>P</name><organization>O</organization>
        <organizationUrl>%5$s</organizationUrl></developer></developers>
        <scm><connection>scm:git:%5$s</connection>
        <developerConnection>scm:git:%5$s</developerConnection><url>%5$s</url></scm>
        %s</project>
        """
        .formatted(marker, name, VERSION, packaging, ADDRESS, dependencies);
  }

  static byte[] jar(int entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry("entry" + i));
      }
    }
    return bytes.toByteArray();
  }

  /** Changes the text of a file before everything that depends on it is made. */
  void edit(String path, UnaryOperator<String> change) {
    byte[] old = files.get(path);
    String edited = change.apply(new String(old, UTF_8));
    if (edited.equals(new String(old, UTF_8))) {
      throw new IllegalArgumentException("nothing in " + path + " changes");
    }
    files.put(path, edited.getBytes(UTF_8));
  }

  byte[] contents(String path) {
    return files.get(path);
  }

  void add(String path, byte[] contents) {
    files.put(path, contents);
  }

  void remove(String path) {
    if (files.remove(path) == null) {
      throw new IllegalArgumentException("there is no " + path);
    }
  }

  /** Writes the files, then the provenance of each folder, the signatures and the checksums. */
  void write() throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    for (StagedModule module : StagedModule.all(root)) {
      Files.writeString(module.file(ProvenanceRules.SUFFIX), provenance(module.artifacts()));
      for (Path artifact : module.artifacts()) {
        derive(artifact);
      }
    }
  }

  /** Another key signs from now on. */
  static void forgetSignatures() {
    SIGNATURES.clear();
  }

  /** Makes the signature and the checksums of a file. */
  static void derive(Path artifact) throws IOException {
    Path signature = Path.of(artifact + ".asc");
    String digest = FileRules.digest(artifact, "SHA-256");
    if (SIGNATURES.containsKey(digest)) {
      Files.writeString(signature, SIGNATURES.get(digest));
    } else {
      Signatures.gpg("--yes", "--armor", "--detach-sign", artifact.toString());
      SIGNATURES.put(digest, Files.readString(signature));
    }
    for (String suffix : StagedModule.CHECKSUMS) {
      String algorithm = suffix.replace("sha", "SHA-").replace("md5", "MD5");
      Files.writeString(Path.of(artifact + "." + suffix), FileRules.digest(artifact, algorithm));
    }
  }

  private static String provenance(List<Path> artifacts) throws IOException {
    Map<Path, String> digests = new LinkedHashMap<>();
    for (Path artifact : artifacts) {
      digests.put(artifact.getFileName(), FileRules.digest(artifact, "SHA-256"));
    }
    String subjects =
        digests.entrySet().stream()
            .map(
                each ->
                    "{\"name\": \"%s\", \"digest\": {\"sha256\": \"%s\"}}"
                        .formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(","));
    return """
        {"_type": "https://in-toto.io/Statement/v1", "subject": [%s],
        "predicateType": "https://slsa.dev/provenance/v1", "buildType": "b",
        "externalParameters": {}, "gitCommit": "%s", "builder": {"id": "i"}}
        """
        .formatted(subjects, "0".repeat(40));
  }
}
