// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real containers deploy the library, and let go of it. */
@Tag("child-jvm")
final class ContainersTest {
  private static final int TIMES = 50;

  /** What is deployed, and what that needs beside the library. */
  private static final List<Class<?>> CLASSES =
      List.of(Application.class, Bytes.class, Touch.class);

  private static final String WEB_XML =
      """
      <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
        <servlet>
          <servlet-name>application</servlet-name>
          <servlet-class>%s</servlet-class>
          <load-on-startup>1</load-on-startup>
        </servlet>
        <servlet-mapping>
          <servlet-name>application</servlet-name>
          <url-pattern>/</url-pattern>
        </servlet-mapping>
      </web-app>
      """;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    Machine.assumeNotEmulated("containers are slow there, and test nothing else");
    file = Application.file(directory.resolve("file"));
  }

  /** What the application does: all of it, as far as there is a guard. */
  private static String how() {
    String always = Application.JMX + " " + Application.LEAK;
    return Feature.GUARD.isSupported() ? always + " " + Application.GUARDED : always;
  }

  @Test
  void osgiFrameworkLetsGoOfBundles() throws Exception {
    Path storage = directory.resolve("storage");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(storage.toString(), file.toString(), "" + TIMES, how()));
    jarsOfLibrary().forEach(jar -> arguments.add(jar.toString()));
    arguments.add(bundle().toString());
    String output =
        run(new ChildJvm(), BundleUpdates.class, "org.apache.felix.framework-", arguments);
    assertTrue(output.contains("used " + TIMES + " times"), output);
  }

  @Test
  void tomcatLetsGoOfAWebApplication() throws Exception {
    String output = reload(TomcatReloads.class, "tomcat-");
    assertFalse(output.contains("appears to have started a thread named [mmap-io"), output);
    assertFalse(output.contains("created a ThreadLocal"), output);
  }

  @Test
  void jettyLetsGoOfAWebApplication() throws Exception {
    reload(JettyReloads.class, "(jetty-|slf4j-api|jakarta.servlet-api)");
  }

  private String reload(Class<?> server, String jars) throws Exception {
    Path application = webApplication();
    Path base = Files.createDirectory(directory.resolve("base"));
    ChildJvm child = new ChildJvm();
    // What Tomcat looks through for leaks.
    for (String name : List.of("lang", "io", "util", "util.concurrent")) {
      child.option("--add-opens=java.base/java." + name + "=ALL-UNNAMED");
    }
    child.option("--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED");
    child.option("-D" + WebApplication.FILE + "=" + file, "-D" + WebApplication.HOW + "=" + how());
    String output =
        run(child, server, jars, List.of(base.toString(), application.toString(), "" + TIMES));
    assertTrue(output.contains("reloaded " + TIMES + " times"), output);
    return output;
  }

  /** The folder of one with the library in WEB-INF/lib. */
  private Path webApplication() throws IOException {
    Path application = directory.resolve("application");
    Path inside = Files.createDirectories(application.resolve("WEB-INF"));
    Path lib = Files.createDirectory(inside.resolve("lib"));
    for (Path jar : jarsOfLibrary()) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    List<Class<?>> types = new ArrayList<>(CLASSES);
    types.add(WebApplication.class);
    for (Class<?> type : types) {
      Path copy = inside.resolve("classes").resolve(path(type));
      Files.createDirectories(copy.getParent());
      Files.copy(classes().resolve(path(type)), copy);
    }
    Files.writeString(inside.resolve("web.xml"), WEB_XML.formatted(WebApplication.class.getName()));
    return application;
  }

  private static String path(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  /** The smallest bundle that has an application in it. */
  private Path bundle() throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "application");
    headers.putValue("Import-Package", "io.mmapio,javax.management");
    Path jar = directory.resolve("application.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      for (Class<?> type : CLASSES) {
        entries.putNextEntry(new ZipEntry(path(type)));
        Files.copy(classes().resolve(path(type)), entries);
      }
    }
    return jar;
  }

  /** First that of the API, of which the other one is a fragment. */
  private static List<Path> jarsOfLibrary() {
    return Machine.libraryEntries().stream().filter(Files::isRegularFile).sorted().toList();
  }

  /** The folder with the classes of these tests. */
  private static Path classes() {
    return Machine.libraryEntries().stream().filter(Files::isDirectory).findFirst().orElseThrow();
  }

  /** Runs a container with its own jars and the classes of these tests, without the library. */
  private static String run(ChildJvm child, Class<?> program, String jars, List<String> arguments)
      throws Exception {
    String container =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> Path.of(entry).getFileName().toString().matches(jars + ".*"))
            .collect(Collectors.joining(File.pathSeparator));
    assumeTrue(!container.isEmpty(), "the container is not on the class path");
    ChildJvm.Outcome outcome =
        child
            .classPath(classes() + File.pathSeparator + container)
            .option("-XX:TieredStopAtLevel=1")
            .run(program, arguments.toArray(String[]::new));
    String output = outcome.output();
    assertEquals(0, outcome.exitCode(), output);
    assertFalse(output.contains("NoClassDefFoundError"), output);
    return output;
  }
}
