// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import picocli.CommandLine.Command;

/** Stub. */
@Command(name = "watch")
final class WatchCommand implements Runnable {
  @Override
  public void run() {}
}
