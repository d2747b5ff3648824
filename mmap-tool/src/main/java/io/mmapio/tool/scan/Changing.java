// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import io.mmapio.LostPageException;
import io.mmapio.MmapException;
import io.mmapio.tool.scan.Attributes.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Work on files that others change meanwhile. What fails because a file has become another is done
 * again with the file as it is by then; only what fails on a file that stays the same is a failure.
 */
public final class Changing {
  /** After so many changes during the work, the file counts as vanished. */
  private static final int TRIES = 8;

  /** Something that is done with a file. */
  public interface Work {
    /** Does it with a file of this size. */
    void on(Entry entry) throws IOException;
  }

  private Changing() {}

  /** Does something with a file, and tells of the file if that is not possible. */
  public static void attempt(Entry entry, Problems problems, Work work) {
    try {
      if (!isDone(entry, work)) {
        problems.vanished(entry.path());
      }
    } catch (IOException e) {
      problems.failed(entry.path(), e);
    }
  }

  /** Returns false if the file is gone, or is another each time. */
  private static boolean isDone(Entry entry, Work work) throws IOException {
    Entry now = entry;
    for (int tries = 1; ; tries++) {
      IOException why = failure(now, work);
      if (why == null) {
        return true;
      }
      Entry then = found(now);
      if (then == null) {
        return false;
      }
      // What the kernel makes when it is read is empty, and never the same.
      boolean isMade = tries == TRIES && then.size() + now.size() == 0;
      if (isMade || !isChanged(now, then, why)) {
        throw why;
      }
      if (tries == TRIES) {
        return false;
      }
      now = then;
    }
  }

  private static @Nullable IOException failure(Entry entry, Work work) {
    try {
      work.on(entry);
      return null;
    } catch (UncheckedIOException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (IOException e) {
      return e;
    }
  }

  /** Returns a file as it is now; null if there is no file of that name any more. */
  private static @Nullable Entry found(Entry entry) throws IOException {
    Path path = entry.path();
    try {
      Attributes now = Attributes.of(path, /* follow= */ true);
      boolean isFile = now.isFile() || now.kind() == Kind.BLOCK_DEVICE;
      return isFile ? new Entry(path, now.size(), now.modified()) : null;
    } catch (IOException e) {
      if (isGone(path, e)) {
        return null;
      }
      throw e;
    }
  }

  private static boolean isChanged(Entry before, Entry now, IOException why) {
    boolean wasAway = why instanceof NoSuchFileException; // it is there now
    if (wasAway || now.size() != before.size() || now.modified() != before.modified()) {
      return true;
    }
    if (why instanceof LostPageException lost) {
      return lost.fileSize() >= 0 && lost.fileSize() < lost.regionSize();
    }
    // The library itself refused a range that the file had before.
    return before.size() > 0
        && why instanceof MmapException map
        && map.errno() == 0
        && map.call().equals("map");
  }

  /** Tells whether an error means that there is nothing of this name, or no directory above it. */
  static boolean isGone(Path path, IOException why) {
    if (why instanceof NoSuchFileException) {
      return true;
    }
    for (Path at = path.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
      try {
        return !Attributes.of(at, /* follow= */ true).isDirectory();
      } catch (NoSuchFileException e) {
        return true;
      } catch (java.nio.file.AccessDeniedException e) {
        return false;
      } catch (IOException e) {
        // Something above is no directory: which one, the next turn tells.
      }
    }
    return false;
  }
}
