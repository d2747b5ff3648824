// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

/** Checks that the messages of each sender are whole and have the numbers 0, 1, 2 and so on. */
final class MessageChecks {
  private final long[] next;
  private long damaged;

  MessageChecks(int senders) {
    next = new long[senders];
  }

  void accept(int sender, long number, boolean whole) {
    if (!whole || sender < 0 || sender >= next.length || next[sender] != number) {
      damaged++;
    } else {
      next[sender]++;
    }
  }

  /** How many messages of the first senders have arrived in order. */
  long received(int senders) {
    long sum = 0;
    for (int sender = 0; sender < senders; sender++) {
      sum += next[sender];
    }
    return sum;
  }

  long damaged() {
    return damaged;
  }
}
