// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Whether a page is in memory. */
public enum PageState {
  /** The page is in memory: touching it reads nothing from the file. */
  RESIDENT,

  /** The page is not in memory: touching it waits for the device, or for memory to be zeroed. */
  ABSENT,

  /** The operating system hides the state from this process. */
  UNKNOWN
}
