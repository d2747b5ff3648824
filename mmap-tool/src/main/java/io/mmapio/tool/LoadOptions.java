// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import picocli.CommandLine.Option;

/** How fast pages are brought in. */
final class LoadOptions {
  @Option(
      names = "--limit-rate",
      paramLabel = "SIZE",
      converter = Amounts.Size.class,
      description = "Read at most so much a second, for example 50M.")
  long limitRate;

  @Option(
      names = {"-j", "--parallel"},
      paramLabel = "N",
      defaultValue = "2",
      description = "Read N parts of files at the same time. [${DEFAULT-VALUE}]")
  int parallel = 2;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  boolean quiet;

  int threads() {
    return Math.max(1, Math.min(parallel, 256));
  }
}
