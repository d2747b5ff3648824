// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Whether a page is in memory. */
public enum PageState {
  /** It is: touching it needs no reading from the file. */
  RESIDENT,

  /** It is not: touching it waits for the device, or for memory to be zeroed. */
  ABSENT,

  /** The operating system does not tell this process. */
  UNKNOWN
}
