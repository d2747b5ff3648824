// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way to touch a mapping against every way to lose its pages, with and without the guard, on
 * this JDK and on a newer one, interpreted and compiled. Makes the table of docs/fault-matrix.md.
 */
@Tag("child-jvm")
@Tag("long")
final class FaultMatrixTest {
  private static final String HEADING =
      """
      # Fault matrix: the effect of a lost page on each kind of access

      Made by `mmap-tests/check-reliability` (`FaultMatrixTest`), in child JVMs on Linux x86_64. Each cell combines one way
      to access a mapping with one way to lose its pages. After a cell that ended its JVM, a new JVM is started.

      **E** means an exception or error that Java code can catch. **0** means that the access returned and read zeros.
      **F** means that the access returned and read the file. **†** means that the JVM died. The letters of a cell stand,
      in this order, for %s.

      | column | what happened to the page |
      |---|---|
      | truncated | another process truncated the file |
      | closed | the region was closed, and the view was kept |
      | collected | the region was not closed but became unreachable and was collected, and the view was kept |
      | closed and collected | both |
      | full disk | the page of a sparse file had no space on the disk |
      | read error | the device failed |
      | guarded | the same, for a region that was mapped with `guarded()` |

      In a guarded cell with the letter 0 whose region was open, the test has also seen `sync()` and `close()` throw
      `LostPageException`. In the columns *closed* and *collected*, each access is made to three views of alternating
      kinds (buffers, slices, duplicates, segments, their slices and buffers); in *collected*, also with the Serial,
      Parallel, G1 and Z collectors. One letter stands for all of them. Reading a lost page by a system call, as
      `FileChannel.write` does, is an E even in a guarded region, because the kernel copies.

      %s
      """;

  /** So often C2 has compiled it. */
  private static final int HOT = 16_000;

  /** A column of the table: letters for both JDKs, cold and compiled. */
  private static final List<Run> RUNS = runs();

  @TempDir Path directory;

  private final Map<String, Map<String, Character>> table = new LinkedHashMap<>();

  /** One way of running all kinds. */
  private record Run(Path jdk, Loss loss, boolean guarded, boolean compiled, Collector collector) {
    String column() {
      return loss + (guarded ? " guarded" : "");
    }

    /** The letter in a column: that of all collectors. */
    String cell() {
      return column() + jdk + compiled;
    }
  }

  private static List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (boolean guarded : new boolean[] {false, true}) {
      for (Loss loss : Loss.values()) {
        for (Path jdk : jdks()) {
          for (Collector collector : collectors(loss)) {
            runs.add(new Run(jdk, loss, guarded, false, collector));
            runs.add(new Run(jdk, loss, guarded, true, collector));
          }
        }
      }
    }
    return runs;
  }

  private static List<Collector> collectors(Loss loss) {
    boolean collected = loss.fate != null && loss.fate.dropped;
    return collected ? List.of(Collector.values()) : List.of(Collector.G1);
  }

  private static List<Path> jdks() {
    return Stream.of(System.getProperty("java.home"), System.getProperty("mmapio.matrix.jdk", ""))
        .filter(home -> !home.isEmpty())
        .distinct()
        .map(Path::of)
        .toList();
  }

  @Test
  void underTheGuardNoJvmDies() throws Exception {
    Assumptions.assumeTrue(Feature.GUARD.isSupported(), "no guard here");
    for (Run run : RUNS) {
      Map<String, String> outcomes = outcomes(run);
      System.out.printf("%s: %s%n", run, new TreeSet<>(outcomes.values()));
      outcomes.forEach((kind, outcome) -> check(run, kind, outcome));
    }
    Path target = Files.createDirectories(Path.of("target"));
    Files.writeString(target.resolve("fault-matrix.md"), markdown());
  }

  private void check(Run run, String kind, String outcome) {
    String seen = LostPages.RETURNED + LostPages.DAMAGED;
    // The kernel copies by itself, and reports the page as an error.
    boolean byKernel = kind.startsWith("FileChannel.") && outcome.startsWith("IOException");
    boolean right;
    if (run.loss().fate != null) {
      boolean zeros = run.loss().fate.closed;
      right = outcome.equals(LostPages.RETURNED) || (zeros && run.guarded() && byKernel);
    } else {
      right = run.guarded() ? outcome.equals(seen) || byKernel : !outcome.equals(seen);
    }
    assertTrue(right, run + " " + kind + ": " + outcome);
    table.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(run.cell(), letter(run, outcome));
  }

  private static char letter(Run run, String outcome) {
    return switch (outcome.isEmpty() ? ' ' : outcome.charAt(0)) {
      case ' ' -> '†';
      case 'r' -> run.loss() == Loss.COLLECTED ? 'F' : '0';
      default -> 'E';
    };
  }

  /** Runs all kinds, in as many JVMs as it takes; an empty outcome stands for one that died. */
  private Map<String, String> outcomes(Run run) throws Exception {
    Map<String, String> outcomes = new LinkedHashMap<>();
    List<String> left = kinds(run.jdk());
    while (!left.isEmpty()) {
      ChildJvm.Outcome outcome = run(run, left);
      Map<String, String> some = parse(outcome.output(), left);
      outcomes.putAll(some);
      left = left.subList(some.size(), left.size());
      if (outcome.exitCode() == 0) {
        assertEquals(List.of(), left, outcome.output());
      } else {
        assertTrue(outcome.output().contains("A fatal error"), outcome.output());
        outcomes.put(left.get(0), "");
        left = left.subList(1, left.size());
      }
    }
    return outcomes;
  }

  private List<String> kinds(Path jdk) throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().jdk(jdk).run(LostPages.class, LostPages.list());
    assertEquals(0, outcome.exitCode(), outcome.output());
    return outcome.output().lines().toList();
  }

  private ChildJvm.Outcome run(Run run, List<String> kinds) throws Exception {
    Path disk = Files.createTempDirectory(directory, "disk");
    Path image = disk.resolveSibling(disk.getFileName() + ".image");
    List<String> arguments = new ArrayList<>();
    arguments.add(run.loss().name());
    arguments.add(disk.resolve("file").toString());
    arguments.add(image.toString());
    arguments.add(String.valueOf(run.guarded()));
    arguments.add(String.valueOf(run.compiled() ? HOT : 0));
    arguments.addAll(kinds);
    ChildJvm child = run.loss().in(new ChildJvm(), disk, image);
    ChildJvm.Outcome outcome =
        child
            .jdk(run.jdk())
            .option(run.compiled() ? "-Xbatch" : "-Xint", run.collector().option())
            .run(LostPages.class, arguments.toArray(String[]::new));
    Files.deleteIfExists(image);
    return outcome;
  }

  private static Map<String, String> parse(String output, List<String> kinds) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (String kind : kinds) {
      var line =
          Pattern.compile("^" + Pattern.quote(kind) + ": (.*)$", Pattern.MULTILINE).matcher(output);
      if (!line.find()) {
        break;
      }
      outcomes.put(kind, line.group(1));
    }
    return outcomes;
  }

  private String markdown() throws IOException {
    StringBuilder text = new StringBuilder("| access |");
    List<String> columns = RUNS.stream().map(Run::column).distinct().toList();
    columns.forEach(column -> text.append(' ').append(spoken(column)).append(" |"));
    text.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    table.forEach(
        (kind, cells) -> {
          text.append("| ").append(kind).append(" |");
          for (String column : columns) {
            text.append(' ');
            RUNS.stream()
                .filter(run -> run.column().equals(column))
                .map(Run::cell)
                .distinct()
                .forEach(cell -> text.append(cells.getOrDefault(cell, '–')).append(' '));
            text.append('|');
          }
          text.append('\n');
        });
    return HEADING.formatted(lettersStandFor(), dead()) + '\n' + text;
  }

  private static String lettersStandFor() throws IOException {
    List<String> letters = new ArrayList<>();
    for (Path jdk : jdks()) {
      var version = Pattern.compile("JAVA_VERSION=\"(.*)\"");
      var found = version.matcher(Files.readString(jdk.resolve("release")));
      String name = found.find() ? "JDK " + found.group(1) : jdk.getFileName().toString();
      letters.add(name + " interpreted (`-Xint`)");
      letters.add(name + " compiled");
    }
    return String.join(", ", letters);
  }

  private String dead() {
    return "**Dead JVMs: without the guard %s, with it %s.**"
        .formatted(deadOf(cells(false)), deadOf(cells(true)));
  }

  private static String deadOf(List<Character> cells) {
    return cells.stream().filter(cell -> cell == '†').count() + " of " + cells.size();
  }

  private List<Character> cells(boolean guarded) {
    return RUNS.stream()
        .filter(run -> run.guarded() == guarded)
        .map(Run::cell)
        .distinct()
        .flatMap(cell -> table.values().stream().map(cells -> cells.get(cell)))
        .filter(Objects::nonNull)
        .toList();
  }

  private static String spoken(String column) {
    return column.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
