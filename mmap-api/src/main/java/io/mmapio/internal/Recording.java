// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import org.jspecify.annotations.Nullable;

/** Starts events; loaded when somebody records. */
final class Recording {
  private Recording() {}

  static @Nullable Span begin(Span.Kind kind) {
    Recorded event =
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
    return event;
  }
}
