// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.report.Terminal;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Single keys, without waiting for Enter. The terminal is as it was when this is closed. */
final class Keys implements AutoCloseable {
  private final BlockingQueue<Character> pressed = new LinkedBlockingQueue<>();
  private final String before;

  Keys() {
    this.before = Terminal.stty("-g").trim();
    Terminal.stty("-icanon", "-echo", "min", "1");
    Thread reader = new Thread(this::read, "mmap-keys");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try {
      for (int key = System.in.read(); key >= 0; key = System.in.read()) {
        pressed.add((char) key);
      }
    } catch (IOException e) {
      // No keys then.
    }
  }

  /** Waits for a key; zero if none comes in time. */
  char next(long millis) throws InterruptedException {
    Character key = pressed.poll(millis, TimeUnit.MILLISECONDS);
    return key == null ? 0 : key;
  }

  @Override
  public void close() {
    if (!before.isEmpty()) {
      Terminal.stty(before);
    }
  }
}
