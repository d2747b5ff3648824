// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application is undeployed under its regions and views: nothing has to be loaded for them. */
@Tag("child-jvm")
final class VanishedJarsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"kept", "deleted", "replaced"})
  void regionsAndViewsDoWithoutTheirJars(String fate) throws Exception {
    run(fate, Tenant.MAP_PLAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kept", "deleted"})
  void guardsDoWithoutTheirJars(String fate) throws Exception {
    assumeTrue(Feature.GUARD.isSupported(), "no guard here");
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
    String output = run(fate, Tenant.MAP);
    assertTrue(output.contains("is not available and reads as zeros"), output);
  }

  @Test
  void programsCloseRegionsAfterTheirJarsWereReplaced() throws Exception {
    Machine.assumeNotEmulated("the JVM's own class loader is the same there");
    List<String> classPath = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    arguments.add(Application.file(directory.resolve("file")).toString());
    for (Path entry : Machine.libraryEntries()) {
      if (Files.isDirectory(entry)) {
        classPath.add(entry.toString());
      } else {
        String copy = Files.copy(entry, directory.resolve(entry.getFileName())).toString();
        classPath.add(copy);
        arguments.add(copy);
      }
    }
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .classPath(String.join(File.pathSeparator, classPath))
            .run(ReplacedJars.class, arguments.toArray(String[]::new));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("zeros: true"), outcome.output());
  }

  private String run(String fate, String map) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().run(VanishedJars.class, directory.toString(), fate, map);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertFalse(outcome.output().contains("NoClassDefFoundError"), outcome.output());
    assertTrue(outcome.output().strip().endsWith("done"), outcome.output());
    return outcome.output();
  }
}
