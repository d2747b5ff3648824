// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks an unpacked bundle against every rule that Maven Central documents, and against the rules
 * of this project: release/bundle runs it, with nothing but the JDK on the class path.
 */
final class CheckBundle {
  private CheckBundle() {}

  /**
   * What is accepted in a dry run.
   *
   * @param placeholders addresses that do not exist
   * @param missing modules that this machine cannot build
   */
  record Leniency(boolean placeholders, boolean missing) {
    static final Leniency NONE = new Leniency(false, false);
  }

  /**
   * Prints what is wrong.
   *
   * @param arguments the bundle, its version, the sources, then what is accepted
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    Path bundle = Path.of(arguments[0]);
    Set<String> accepted = new TreeSet<>(List.of(arguments).subList(3, arguments.length));
    Leniency leniency =
        new Leniency(accepted.contains("--placeholders"), accepted.contains("--partial"));
    Set<String> published = Sources.publishedModules(Path.of(arguments[2]));
    List<String> problems = problems(bundle, arguments[1], published, leniency);
    problems.forEach(problem -> System.out.println("WRONG: " + problem));
    if (!problems.isEmpty()) {
      System.exit(1);
    }
    System.out.println("bundle: " + StagedModule.all(bundle).size() + " modules keep every rule");
  }

  /** Returns each broken rule, with the file that breaks it. */
  static List<String> problems(
      Path bundle, String version, Set<String> published, Leniency leniency) throws IOException {
    List<String> problems = new ArrayList<>();
    List<StagedModule> modules = StagedModule.all(bundle);
    LayoutRules.check(bundle, modules, problems);
    for (StagedModule module : modules) {
      Pom pom = Pom.read(module);
      if (!module.version().equals(version)) {
        problems.add(module + ": the version is not " + version);
      }
      PomRules.check(module, pom, leniency, problems);
      FileRules.check(module, pom, problems);
      ProvenanceRules.check(module, problems);
    }
    WholeRules.check(modules, published, leniency, problems);
    return problems;
  }
}
