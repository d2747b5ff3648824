// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Creates events of Java Flight Recorder for calls. This class is loaded when a recording is
 * running.
 */
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
        event.result(result);
        event.commit();
      }
    }

    @Override
    public CallSpan about(String what) {
      event.detail(what);
      return this;
    }
  }

  static @Nullable CallSpan begin(CallSpan.Kind kind) {
    CallEvent event =
        switch (kind) {
          case MAP -> new MapEvent();
          case SYNC -> new SyncEvent();
          case POPULATE -> new PopulateEvent();
          case FETCH -> new FetchEvent();
          case CLOSE -> new CloseEvent();
          case ADVISE -> new AdviseEvent();
          case EVICT -> new EvictEvent();
        };
    if (!event.isEnabled()) {
      return null;
    }
    event.begin();
    return new Begun(event);
  }
}
