// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

/** A command that Ctrl-C stops. */
abstract class Stoppable {
  Stop stop = new Stop();
}
