// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a module tells GraalVM's native-image: the reachability metadata in its jar. */
record NativeImageMetadata(Path module, String text, JsonNode json) {
  private static final String PLACE = "src/main/resources/META-INF/";

  static NativeImageMetadata of(Path module) {
    Path file =
        module.resolve(
            PLACE + "native-image/io.mmapio/" + name(module) + "/reachability-metadata.json");
    try {
      String text = Files.readString(file);
      return new NativeImageMetadata(module, text, JsonMapper.builder().build().readTree(text));
    } catch (IOException e) {
      throw new AssertionError("no metadata in " + module, e);
    }
  }

  static NativeImageMetadata ofApi() {
    return of(Path.of("../mmap-api"));
  }

  /** The modules with a native library, whether built here or not. */
  static List<Path> nativeModules() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(".."))) {
      return all.filter(module -> name(module).startsWith("mmap-native"))
          .filter(module -> Files.isDirectory(module.resolve(PLACE)))
          .sorted()
          .toList();
    }
  }

  static String name(Path module) {
    return module.getFileName().toString();
  }

  String provider() throws IOException {
    Path services = module.resolve(PLACE + "services/io.mmapio.spi.MmapBackendProvider");
    return Files.readString(services)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .get();
  }

  String moduleName() throws IOException {
    return found(
        "module ([\\w.]+)", Files.readString(module.resolve("src/main/java/module-info.java")));
  }

  /** Where the library lies in the jar, or in the jar of all platforms, all libraries. */
  String library() throws IOException {
    String pom = Files.readString(module.resolve("pom.xml"));
    return name(module).equals("mmap-native")
        ? "META-INF/native/any/library"
        : "META-INF/native/%s/%s"
            .formatted(
                found("<native.classifier>(.+)</native.classifier>", pom),
                found("<native.file>(.+)</native.file>", pom));
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError(pattern + " is not in " + text);
    }
    return matcher.group(1);
  }

  /** The entries for a type. */
  List<JsonNode> types(String name) {
    return reflection().filter(entry -> entry.path("type").asString("").equals(name)).toList();
  }

  Stream<JsonNode> reflection() {
    return json.path("reflection").valueStream();
  }

  /** Whether a resource is included, on the class path or in a named module. */
  boolean hasResource(String path, @Nullable String moduleName) {
    return json.path("resources")
        .valueStream()
        .filter(
            entry -> entry.path("module").asString("").equals(moduleName == null ? "" : moduleName))
        .anyMatch(
            entry ->
                FileSystems.getDefault()
                    .getPathMatcher("glob:" + entry.path("glob").asString(""))
                    .matches(Path.of(path)));
  }

  static boolean hasField(JsonNode entry, String name) {
    return entry
        .path("fields")
        .valueStream()
        .anyMatch(f -> f.path("name").asString("").equals(name));
  }

  /** The methods of an entry with a name, or all if it is empty. */
  static List<JsonNode> methods(JsonNode entry, String name) {
    return entry
        .path("methods")
        .valueStream()
        .filter(method -> name.isEmpty() || method.path("name").asString("").equals(name))
        .toList();
  }

  static List<String> parameters(JsonNode method) {
    return method.path("parameterTypes").valueStream().map(JsonNode::asString).toList();
  }
}
