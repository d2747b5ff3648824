// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The metadata for GraalVM's native-image. A native image has no class, member or resource that is
 * looked up by name, unless the metadata names it. So what the code looks up is compared with it.
 */
final class NativeImageMetadataTest {
  /** Of {@code org.graalvm.buildtools:graalvm-reachability-metadata}: see pom.xml. */
  private static final String SCHEMA = "/schemas/reachability-metadata-schema-v1.2.0.json";

  private static final Path NATIVE_CODE = Path.of("../mmap-native/src/main/cpp");

  /** The metadata is for this JDK and later. */
  private static final int JDK = 25;

  private final NativeImageMetadata api = NativeImageMetadata.ofApi();

  @TempDir Path directory;

  static Stream<Path> modules() throws IOException {
    return Stream.concat(
        Stream.of(Path.of("../mmap-api")), NativeImageMetadata.nativeModules().stream());
  }

  static List<Path> nativeModules() throws IOException {
    return NativeImageMetadata.nativeModules();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void fitsTheSchema(Path module) throws IOException {
    NativeImageMetadata metadata = NativeImageMetadata.of(module);
    try (InputStream in = NativeImageMetadataTest.class.getResourceAsStream(SCHEMA)) {
      String schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(
          List.of(),
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
              .getSchema(schema)
              .validate(metadata.text(), InputFormat.JSON));
    }
    // The schema has it, and the parser of GraalVM 25.0 refuses it.
    assertEquals(List.of(), metadata.json().findValues("reason"));
  }

  @ParameterizedTest
  @MethodSource("nativeModules")
  void namesProviderAndLibrary(Path module) throws IOException {
    NativeImageMetadata metadata = NativeImageMetadata.of(module);
    assertTrue(
        metadata.types(metadata.provider()).stream()
            .anyMatch(entry -> !NativeImageMetadata.methods(entry, "<init>").isEmpty()),
        metadata.provider());
    assertTrue(metadata.hasResource(metadata.library(), null), metadata.library());
    assertTrue(metadata.hasResource(metadata.library(), metadata.moduleName()));
    assertTrue(metadata.hasResource("META-INF/services/io.mmapio.spi.MmapBackendProvider", null));
  }

  @Test
  void namesEveryResourceOfTheJars() throws IOException {
    int seen = 0;
    for (Path jar : Machine.libraryEntries()) {
      String name = jar.getFileName().toString().replaceFirst("-[0-9].*", "");
      if (!name.matches("mmap-(api|native.*)")) {
        continue;
      }
      NativeImageMetadata metadata = NativeImageMetadata.of(Path.of("..", name));
      try (JarFile file = new JarFile(jar.toFile())) {
        for (JarEntry entry : file.stream().filter(e -> isLookedUp(e)).toList()) {
          assertTrue(metadata.hasResource(entry.getName(), null), jar + ": " + entry);
          seen++;
        }
        String place = "META-INF/native-image/io.mmapio/" + name + "/reachability-metadata.json";
        assertTrue(file.getEntry(place) != null, jar.toString());
      }
    }
    assertTrue(seen >= 3, "version, service, library: " + seen);
  }

  private static boolean isLookedUp(JarEntry entry) {
    return !entry.isDirectory()
        && !entry.getName().endsWith(".class")
        && !entry.getName().matches("META-INF/(maven/.*|native-image/.*|[^/]*)");
  }

  @Test
  @Tag("child-jvm")
  @Tag("native-library")
  void namesWhatTheNativeLibraryLooksUp() throws Exception {
    assumeTrue(Runtime.version().feature() >= JDK, "the metadata is for JDK " + JDK);
    Machine.assumeNotEmulated("the agent is built for this machine");
    Machine.assumeTool("g++");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-agentpath:" + agent())
            .run(LookedUpByName.class, directory.resolve("file").toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    List<String> lookups =
        outcome.output().lines().filter(line -> line.startsWith("looked up: ")).toList();
    assertTrue(lookups.size() >= 6, outcome.output());
    for (String lookup : lookups) {
      String[] words = lookup.substring("looked up: ".length()).split(" ", 3);
      assertTrue(isNamed(Class.forName(words[0]), words[1], words[2]), lookup);
    }
  }

  private Path agent() throws IOException, InterruptedException {
    Path include = Path.of(System.getProperty("java.home"), "include");
    assumeTrue(Files.isDirectory(include), "this JDK has no headers");
    Path agent = directory.resolve("agent.so");
    Process compiler =
        new ProcessBuilder(
                List.of(
                    "g++",
                    "-std=c++17",
                    "-shared",
                    "-fPIC",
                    "-I" + include,
                    "-I" + include.resolve("linux"),
                    "-o",
                    agent.toString(),
                    Path.of("src/test/cpp/lookups_agent.cc").toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, compiler.waitFor(), output);
    return agent;
  }

  /** A native image looks up a method in the superclasses too, by all of its signature. */
  private boolean isNamed(Class<?> type, String name, String signature) {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      for (JsonNode entry : api.types(owner.getName())) {
        if (entry.path("jniAccessible").asBoolean(false)
            && (signature.startsWith("(")
                ? hasMethod(entry, owner, name, signature)
                : NativeImageMetadata.hasField(entry, name))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean hasMethod(JsonNode entry, Class<?> owner, String name, String signature) {
    MethodType wanted = MethodType.fromMethodDescriptorString(signature, null);
    List<String> parameters = wanted.parameterList().stream().map(Class::getName).toList();
    return NativeImageMetadata.methods(entry, name).stream()
        .filter(method -> NativeImageMetadata.parameters(method).equals(parameters))
        .anyMatch(method -> returned(owner, name, wanted).equals(wanted.returnType()));
  }

  /** Of the method that native-image registers, which is none of the compiler's bridges. */
  private static Class<?> returned(Class<?> owner, String name, MethodType type) {
    try {
      return name.equals("<init>")
          ? void.class
          : owner.getDeclaredMethod(name, type.parameterArray()).getReturnType();
    } catch (NoSuchMethodException e) {
      return Object.class;
    }
  }

  @Test
  void namesEveryMemberThatTheNativeCodeNames() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(NATIVE_CODE)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".cc")).toList()) {
        String code = Files.readString(file).replaceAll("(extern|#include) \".*\"", "");
        boolean glue = file.getFileName().toString().startsWith("jni_");
        names.addAll(matches(glue ? "\"(<?\\w+>?)\"" : "kDescriptorField = \\{\"(\\w+)\"", code));
      }
    }
    assertTrue(names.contains("dup") && names.contains("handle"), names.toString());
    for (String name : names) {
      assertTrue(
          api.reflection()
              .filter(entry -> entry.path("jniAccessible").asBoolean(false))
              .anyMatch(entry -> hasMember(entry, name)),
          name);
    }
  }

  private static boolean hasMember(JsonNode entry, String name) {
    return NativeImageMetadata.hasField(entry, name)
        || !NativeImageMetadata.methods(entry, name).isEmpty();
  }

  @Test
  void namesWhatJavaLooksUp() throws IOException {
    List<String> types = new ArrayList<>();
    List<String> methods = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of("../mmap-api/src/main/java"))) {
      for (Path file : all.filter(f -> f.toString().endsWith(".java")).toList()) {
        String code = Files.readString(file);
        types.addAll(matches("(?:forName|find)\\(\\s*\"([\\w.$]+)\"", code));
        methods.addAll(
            matches(
                "(?:find\\w+|method|get\\w*(?:Method|Field))\\((?:lookup, )?\\s*[\\w.]+,\\s*\"(\\w+)\"",
                code));
      }
    }
    assertTrue(types.contains("sun.nio.ch.Util"), types.toString());
    assertTrue(
        methods.containsAll(List.of("ofBuffer", "asSlice", "isVirtual")), methods.toString());
    types.forEach(type -> assertFalse(api.types(type).isEmpty(), type));
    methods.forEach(
        name -> assertTrue(api.reflection().anyMatch(entry -> hasMember(entry, name)), name));
  }

  @Test
  void namesOnlyWhatExists() throws Exception {
    assumeTrue(Runtime.version().feature() >= JDK, "the metadata is for JDK " + JDK);
    for (JsonNode entry : api.reflection().filter(e -> e.path("type").isString()).toList()) {
      Class<?> type = Class.forName(entry.path("type").asString());
      for (JsonNode field : entry.path("fields").valueStream().toList()) {
        String name = field.path("name").asString();
        // FileDescriptor has the handle of Windows everywhere.
        assertEquals(name, type.getDeclaredField(name).getName());
      }
      for (JsonNode method : NativeImageMetadata.methods(entry, "")) {
        assertTrue(exists(type, method), type + " " + method);
      }
    }
  }

  private static boolean exists(Class<?> type, JsonNode method) {
    String name = method.path("name").asString();
    return Stream.<Executable>concat(
            Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredConstructors()))
        .filter(
            e ->
                name.equals("<init>")
                    ? e.getName().equals(type.getName())
                    : e.getName().equals(name))
        .map(e -> Stream.of(e.getParameterTypes()).map(Class::getName).toList())
        .anyMatch(NativeImageMetadata.parameters(method)::equals);
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
