// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;

/** One end of a line between two processes that carries messages of a fixed length both ways. */
interface Line extends AutoCloseable {
  /** The two ends. */
  enum End {
    /** Makes what both need, and starts the other process. */
    CALLER,
    /** Finds everything there. */
    ANSWERER
  }

  /** Sends a message that begins with a number. Waits for room. */
  void send(long number) throws IOException;

  /** Waits for a message; the number that it begins with. */
  long receive() throws IOException;

  @Override
  void close() throws IOException;
}
