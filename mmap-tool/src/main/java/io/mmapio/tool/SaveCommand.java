// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.scan.FileScanner;
import io.mmapio.tool.scan.Scans;
import io.mmapio.tool.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Remembers what is in memory. */
@Command(
    name = "save",
    mixinStandardHelpOptions = true,
    description = {
      "Remembers which pages of which files are in memory, for 'mmap restore' and 'mmap diff'.",
      "",
      "The snapshot is complete when it has its name: an interrupted save leaves the old one."
    })
final class SaveCommand extends Stoppable implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      converter = RawArguments.ToPath.class,
      description = "The file to write.")
  @SuppressWarnings("NullAway.Init")
  private Path snapshot;

  @Mixin private final Selection selection = new Selection();

  @Parameters(
      index = "1..*",
      paramLabel = "PATH",
      arity = "1..*",
      converter = RawArguments.ToPath.class,
      description = Selection.WHAT)
  private List<Path> paths = List.of();

  @Option(
      names = "--relative",
      description = "Keep relative paths relative: 'restore --base DIR' says to what.")
  private boolean relative;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    Complaints complaints = Screen.complaints(terminal);
    Abilities abilities = Abilities.detect();
    if (!abilities.residency()) {
      return Screen.refused(
          abilities,
          complaints,
          "nothing can be saved here; a snapshot from elsewhere can be restored");
    }
    requireWritable();
    UnaryOperator<Path> naming =
        relative ? path -> path : path -> path.toAbsolutePath().normalize();
    try (SnapshotWriter writer = new SnapshotWriter(snapshot, abilities.pageSize(), naming)) {
      new Scans(selection.options(paths), new FileScanner(true), complaints, stop::requested)
          .run(writer);
      if (stop.requested()) {
        complaints.failed("stopped: nothing was saved");
      } else {
        writer.finish();
        say(terminal, abilities, writer, complaints);
      }
    }
    return complaints.exitCode();
  }

  private void requireWritable() throws IOException {
    if (Files.isDirectory(snapshot)) {
      throw new java.nio.file.FileSystemException(
          snapshot.toString(), null, "a directory; the first argument is the file to write");
    }
  }

  private void say(
      Terminal terminal, Abilities abilities, SnapshotWriter writer, Complaints complaints)
      throws IOException {
    try (PrintStream out = terminal.out()) {
      out.println(
          "saved "
              + Units.of(writer.resident(), "page", "pages")
              + " ("
              + Units.bytes(writer.resident() * abilities.pageSize())
              + ") of "
              + Units.of(writer.files(), "file", "files")
              + " in "
              + Units.bytes(Files.size(snapshot))
              + complaints.vanishedNote());
      notes(out, writer);
    }
  }

  private static void notes(PrintStream out, SnapshotWriter writer) {
    if (writer.unknown() > 0) {
      out.println(
          Units.of(writer.unknown(), "file", "files")
              + " that you neither own nor may write: unknown, not saved");
    }
    if (writer.coarse() > 0) {
      out.println(
          Units.of(writer.coarse(), "file", "files")
              + " in too many pieces: short gaps count as in memory");
    }
  }
}
