// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/**
 * Where to look for files, and which of them are meant.
 *
 * @param roots files and directories to start from
 * @param minSize bytes that a file must have
 * @param include globs of which a file must match one, if there are any
 * @param exclude globs of which neither a file nor a directory may match one
 * @param oneFileSystem whether to stay on the file system of each root
 * @param followLinks whether symbolic links below the roots are followed
 */
public record WalkOptions(
    List<Path> roots,
    long minSize,
    List<String> include,
    List<String> exclude,
    boolean oneFileSystem,
    boolean followLinks) {
  /** All files under some roots. */
  public static WalkOptions all(List<Path> roots) {
    return new WalkOptions(roots, 0, List.of(), List.of(), false, false);
  }

  /** A glob without a slash is about the last name, one with a slash about the whole path. */
  static List<PathMatcher> matchers(List<String> globs) {
    return globs.stream()
        .map(
            glob -> {
              PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
              return glob.contains("/")
                  ? matcher
                  : (PathMatcher) path -> matcher.matches(Names.last(path));
            })
        .toList();
  }
}
