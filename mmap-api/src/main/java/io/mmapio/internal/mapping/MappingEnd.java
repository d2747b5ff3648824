// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.LostPageException;
import io.mmapio.internal.backend.OsErrors;
import io.mmapio.internal.lifetime.CallGate;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.spi.MmapBackend;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What the end of a mapping does, step by step, and what a failing {@code close()} throws. */
final class MappingEnd implements Runnable {
  private final Mapping mapping;
  private final boolean closed;
  private final @Nullable CallSpan span;
  private final String name;

  /**
   * Does nothing yet.
   *
   * @param closed whether the region was closed, not collected: its views then lose the file
   * @param span of the event, null for none
   * @param name of the file in it
   */
  MappingEnd(Mapping mapping, boolean closed, @Nullable CallSpan span, String name) {
    this.mapping = mapping;
    this.closed = closed;
    this.span = span;
    this.name = name;
  }

  /** Lets go of the addresses and the file. Every step is made, whichever fails. */
  @Override
  public void run() {
    long entomb = closed ? mapping.geometry().mapped(mapping.reached()) : 0;
    long result = mapping.addresses().regionLeaves(entomb);
    LostPageException damage =
        closed && mapping.isDamaged()
            ? LostPages.damage(mapping, "close")
            : null; // while the file is open
    if (closed && result >= 0 && damage == null) {
      result = trim();
    }
    ChangeTracking.end(mapping.changes()); // unmapped before: then little is left to do
    mapping.descriptor().detach();
    if (mapping.handle() != MmapBackend.NO_HANDLE) {
      // Nothing was written through it, so there is no write that its error could be about.
      mapping.os.release(mapping.handle());
    }
    if (span != null) {
      span.end(name, 0, mapping.size(), damage == null ? result : CallGate.DAMAGED);
    }
    if (damage != null) {
      throw new UncheckedIOException(damage);
    }
    if (closed && result < 0) {
      throw failure(result);
    }
  }

  private UncheckedIOException failure(long result) {
    // Of no handle: it is released.
    OsErrors errors = new OsErrors(mapping.os, mapping.request().source(), MmapBackend.NO_HANDLE);
    return new UncheckedIOException(errors.of("close", result, 0, mapping.size()));
  }

  /** A file that reaches beyond the region was extended by somebody else and is left alone. */
  private long trim() {
    long keep = mapping.trimTo();
    if (keep >= mapping.size()) {
      return 0;
    }
    long offset = mapping.request().offset();
    long fileSize = mapping.os.size(mapping.handle());
    boolean ours = fileSize > offset + keep && fileSize <= offset + mapping.size();
    return ours ? mapping.os.truncate(mapping.handle(), offset + keep) : Math.min(fileSize, 0);
  }
}
