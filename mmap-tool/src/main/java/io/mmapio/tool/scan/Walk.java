// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import io.mmapio.tool.scan.Attributes.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Finds files. Keeps no more than the names of directories still to be visited. The files of a
 * directory come before its subdirectories, and each file once, whatever the number of its names.
 */
public final class Walk {
  /** Is told what is found. */
  public interface Visitor {
    /** A directory begins; its files follow. */
    default void enter(Path directory) {}

    /** A file. */
    void file(Entry entry);

    /** A directory and all that is in it is done. */
    default void leave(Path directory) {}
  }

  private final WalkOptions options;
  private final Problems problems;
  private final BooleanSupplier stopped;
  private final List<PathMatcher> include;
  private final List<PathMatcher> exclude;
  private final LongPairs seen = new LongPairs();

  /** Creates a walk, for one call of {@link #run}. */
  public Walk(WalkOptions options, Problems problems, BooleanSupplier stopped) {
    this.options = options;
    this.problems = problems;
    this.stopped = stopped;
    this.include = WalkOptions.matchers(options.include());
    this.exclude = WalkOptions.matchers(options.exclude());
  }

  /** Finds all. */
  public void run(Visitor visitor) {
    for (Path root : options.roots()) {
      try {
        Attributes attributes = Attributes.of(root, /* follow= */ true);
        if (attributes.isDirectory()) {
          if (isNew(attributes)) {
            directory(root, attributes.device(), visitor);
          }
        } else if (attributes.isFile() || attributes.kind() == Kind.BLOCK_DEVICE) {
          file(root, attributes, visitor);
        } else {
          problems.failed(root, new IOException("neither a file nor a directory"));
        }
      } catch (IOException e) {
        problems.failed(root, e);
      }
    }
  }

  private void directory(Path directory, long device, Visitor visitor) {
    visitor.enter(directory);
    List<Path> below = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        if (stopped.getAsBoolean()) {
          break;
        }
        one(path, device, visitor, below);
      }
    } catch (NotDirectoryException e) {
      problems.vanished(directory); // it was one when it was found
    } catch (DirectoryIteratorException e) {
      problem(directory, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      problem(directory, e);
    }
    for (Path path : below) {
      if (!stopped.getAsBoolean()) {
        directory(path, device, visitor);
      }
    }
    visitor.leave(directory);
  }

  private void one(Path path, long device, Visitor visitor, List<Path> below) {
    if (matches(exclude, path)) {
      return;
    }
    try {
      Attributes attributes = Attributes.of(path, options.followLinks());
      if (attributes.isFile()) {
        if (include.isEmpty() || matches(include, path)) {
          file(path, attributes, visitor);
        }
      } else if (attributes.isDirectory()) {
        boolean here = !options.oneFileSystem() || attributes.device() == device;
        if (here && isNew(attributes)) {
          below.add(path);
        }
      }
    } catch (IOException e) {
      problem(path, e);
    }
  }

  private void problem(Path path, IOException why) {
    if (Changing.isGone(path, why)) {
      problems.vanished(path);
    } else {
      problems.failed(path, why);
    }
  }

  private void file(Path path, Attributes attributes, Visitor visitor) {
    boolean meant =
        attributes.size() >= options.minSize() || attributes.kind() == Kind.BLOCK_DEVICE;
    if (meant && isNew(attributes)) {
      visitor.file(new Entry(path, attributes.size(), attributes.modified()));
    }
  }

  /** Whether a file has not been met under another name. */
  private boolean isNew(Attributes attributes) {
    boolean once =
        attributes.inode() == 0
            || (attributes.isFile()
                && attributes.links() == 1
                && !options.followLinks()
                && options.roots().size() == 1);
    return once || seen.add(attributes.device(), attributes.inode());
  }

  private static boolean matches(List<PathMatcher> matchers, Path path) {
    for (PathMatcher matcher : matchers) {
      if (matcher.matches(path)) {
        return true;
      }
    }
    return false;
  }
}
