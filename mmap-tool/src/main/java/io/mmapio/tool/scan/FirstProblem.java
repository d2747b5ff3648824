// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hands on the first problem of a file whose parts are worked on one by one. */
public final class FirstProblem implements Problems {
  private final Problems problems;
  private final AtomicBoolean told = new AtomicBoolean();

  /** Creates one, for one file. */
  public FirstProblem(Problems problems) {
    this.problems = problems;
  }

  @Override
  public void failed(Path path, IOException why) {
    if (told.compareAndSet(false, true)) {
      problems.failed(path, why);
    }
  }

  @Override
  public void vanished(Path path) {
    if (told.compareAndSet(false, true)) {
      problems.vanished(path);
    }
  }
}
