// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Problems;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Names every file that something failed for, once, on the standard error stream. */
public final class Complaints implements Problems {
  private final PrintStream err;
  private final boolean utf8;
  private long failed;
  private long vanished;

  /** Creates one that writes to a stream. */
  public Complaints(PrintStream err, boolean utf8) {
    this.err = err;
    this.utf8 = utf8;
  }

  @Override
  public synchronized void failed(Path path, IOException why) {
    failed++;
    complain(SafeText.of(path, utf8) + ": " + reason(why));
  }

  /** Says something that is about no single file. */
  public synchronized void complain(String message) {
    err.println("mmap: " + message);
  }

  /** Says that part of the work could not be done. */
  public synchronized void failed(String message) {
    failed++;
    complain(message);
  }

  @Override
  public synchronized void vanished(Path path) {
    vanished++;
  }

  private String reason(IOException why) {
    if (why instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (why instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (why instanceof FileSystemLoopException) {
      return "a loop of links";
    }
    String text = why instanceof FileSystemException system ? system.getReason() : why.getMessage();
    return SafeText.of(text == null ? why.toString() : text, utf8);
  }

  /** Returns how often something failed. */
  public synchronized long failed() {
    return failed;
  }

  /** Returns how many files went away while they were looked at. */
  public synchronized long vanished() {
    return vanished;
  }

  /** Returns what there is to be said of files that went away; empty if none did. */
  public synchronized String vanishedNote() {
    return vanished == 0 ? "" : "; " + Units.of(vanished, "file", "files") + " went away meanwhile";
  }

  /** Returns the exit code so far. */
  public synchronized int exitCode() {
    return failed > 0 ? 1 : 0;
  }
}
