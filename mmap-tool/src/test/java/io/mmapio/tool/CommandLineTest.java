// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** Help and completion, of every command there is. */
@NullUnmarked // JUnit fills in what tests start with
final class CommandLineTest {
  @TempDir Path directory;

  static Stream<String> commands() {
    return Main.commands("", new Stop()).getSubcommands().keySet().stream().sorted();
  }

  @Test
  void thereAreTheseCommands() {
    assertEquals(
        "advise completion diff evict info load look restore save warm-up watch",
        String.join(" ", commands().toList()));
  }

  @Test
  void helpOfAllNamesEachCommandButTheHiddenOne() throws IOException, InterruptedException {
    Tool.Outcome help = new Tool().run("--help");
    assertEquals(0, help.exitCode(), help.all());
    assertEquals("", help.err());
    for (String command : commands().toList()) {
      boolean isListed = help.out().lines().anyMatch(line -> line.startsWith("  " + command + " "));
      assertEquals(!command.equals("warm-up"), isListed, help.out());
    }
    assertTrue(new Tool().run("--version").out().matches("\\S+ \\d\\S*\\n"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpTellsOfEveryOptionAndParameter(String name) throws IOException, InterruptedException {
    CommandLine command = Main.commands(name, new Stop()).getSubcommands().get(name);
    List<String> undescribed = new ArrayList<>();
    List<ArgSpec> all = new ArrayList<>(command.getCommandSpec().options());
    all.addAll(command.getCommandSpec().positionalParameters());
    for (ArgSpec argument : all) {
      if (String.join("", argument.description()).isBlank()) {
        undescribed.add(argument.paramLabel());
      }
    }
    assertEquals(List.of(), undescribed);
    if (name.equals("warm-up")) {
      return; // the launcher's own, without help
    }
    Tool.Outcome help = new Tool().run(name, "--help");
    assertEquals(0, help.exitCode(), help.all());
    assertEquals("", help.err());
    assertTrue(help.out().startsWith("Usage: mmap " + name), help.out());
    command
        .getCommandSpec()
        .options()
        .forEach(option -> assertTrue(help.out().contains(option.longestName()), help.out()));
    assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
  }

  @Test
  void completionIsAScriptThatShellsRead() throws IOException, InterruptedException {
    assumeTrue(Programs.has("bash"), "bash is not installed");
    Tool.Outcome completion = new Tool().run("completion");
    assertEquals(0, completion.exitCode(), completion.all());
    Path script = Files.writeString(directory.resolve("completion"), completion.out());
    assertEquals("", Tool.other("bash", "-n", script.toString()));
    assertEquals("--limit-rate\n", completed(script, "load", "--limit"));
    assertEquals("restore\n", completed(script, "rest"));
  }

  /** What bash completes the last of these words to. */
  private static String completed(Path script, String... words)
      throws IOException, InterruptedException {
    String line = "mmap " + String.join(" ", words);
    return Tool.other(
        "bash",
        "-c",
        "compopt() { :; }; source " // compopt is refused outside a completion
            + script
            + "; COMP_WORDS=("
            + line
            + "); COMP_CWORD="
            + words.length
            + "; COMP_LINE='"
            + line
            + "'; COMP_POINT=${#COMP_LINE}; _complete_mmap; printf '%s\\n' \"${COMPREPLY[@]}\"");
  }
}
