// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import io.mmapio.bench.messages.Line.End;
import java.io.IOException;
import java.nio.file.Path;

/** The other process: answers every message, or every so many. */
final class Answerer {
  /** A message that ends it. */
  static final long STOP = -1;

  private Answerer() {}

  /** Arguments: the line, its directory, the length of messages, and how many get one answer. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    int every = Integer.parseInt(arguments[3]);
    int length = Integer.parseInt(arguments[2]);
    try (Line line = Lines.open(arguments[0], directory, End.ANSWERER, length)) {
      int count = 0;
      for (long number = line.receive(); number != STOP; number = line.receive()) {
        if (++count == every) {
          count = 0;
          line.send(number);
        }
      }
    }
  }
}
