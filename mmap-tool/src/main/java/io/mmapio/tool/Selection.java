// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.scan.WalkOptions;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which files are meant. */
class Selection {
  static final String WHAT = "Files, and directories with all that is below them.";

  List<Path> paths = List.of();

  @Option(
      names = "--min-size",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "Leave out smaller files, for example 64K.")
  long minSize;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description =
          "Only files whose name, or whole path if there is a slash, matches one of these.")
  List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "Leave out files and directories that match.")
  List<String> exclude = List.of();

  @Option(
      names = {"-x", "--one-file-system"},
      description = "Stay on the file system of each PATH.")
  boolean oneFileSystem;

  @Option(
      names = {"-L", "--follow-links"},
      description = "Follow symbolic links below PATH; each file still counts once.")
  boolean followLinks;

  WalkOptions options() {
    return options(paths);
  }

  WalkOptions options(List<Path> roots) {
    return new WalkOptions(roots, minSize, include, exclude, oneFileSystem, followLinks);
  }

  /** For commands that are given nothing but paths; others have a parameter of their own. */
  static final class First extends Selection {
    @Parameters(
        paramLabel = "PATH",
        arity = "1..*",
        converter = RawArguments.ToPath.class,
        description = WHAT)
    void setPaths(List<Path> given) {
      paths = given;
    }
  }
}
