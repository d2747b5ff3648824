// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest has. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"mmap " + version()};
  }

  static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "(built)");
  }
}
