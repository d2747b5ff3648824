// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/** Makes calls events of Java Flight Recorder. Loaded when a flight recording is running. */
final class CallEvents {
  private CallEvents() {}

  /** A call whose event has begun. */
  private record Begun(CallEvent event) implements CallSpan {
    @Override
    public void end(String file, long offset, long size, long result) {
      event.end();
      if (event.shouldCommit()) {
        event.file = file;
        event.offset = offset;
        event.size = size;
        event.succeeded = result >= 0;
        event.commit();
      }
    }
  }

  static @Nullable CallSpan begin(CallSpan.Kind kind) {
    CallEvent event =
        switch (kind) {
          case MAP -> new MapEvent();
          case SYNC -> new SyncEvent();
          case POPULATE -> new PopulateEvent();
          case CLOSE -> new CloseEvent();
        };
    if (!event.isEnabled()) {
      return null;
    }
    event.begin();
    return new Begun(event);
  }
}
