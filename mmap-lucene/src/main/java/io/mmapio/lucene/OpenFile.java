// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.MmapException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.ReadAdvice;
import org.jspecify.annotations.Nullable;

/**
 * A mapped index file, shared by the input that opened it and by all clones and slices of that
 * input.
 */
final class OpenFile {
  private final MappedRegion region;
  private final Lifetime lifetime;
  private final MemorySegment bytes;
  private final DirectoryOptions options;
  private final String name;
  private final String description;
  private final Prefetching prefetching;
  private volatile boolean closed;

  OpenFile(
      MappedRegion region,
      Lifetime lifetime,
      DirectoryOptions options,
      String name,
      String description) {
    this.region = region;
    this.lifetime = lifetime;
    this.bytes = lifetime.bytesOf(region);
    this.options = options;
    this.name = name;
    this.description = description;
    this.prefetching = new Prefetching(region);
  }

  /** Returns the bytes of the file, for as long as the arena of its lifetime is open. */
  MemorySegment bytes() {
    return bytes;
  }

  DirectoryOptions options() {
    return options;
  }

  /**
   * Throws if a page of a guarded file was lost. To be called after bytes were read and before
   * anybody acts on them.
   */
  void requireNothingLost() throws IOException {
    try {
      region.buffer(0, 0); // throws if a page was lost
    } catch (UncheckedIOException e) {
      throw lost(e);
    } catch (IllegalStateException e) {
      throw alreadyClosed(e);
    }
  }

  private IOException lost(UncheckedIOException e) {
    return new CorruptIndexException(
        "a part of the file cannot be read", description, e.getCause());
  }

  void requireOpen() {
    if (closed) {
      throw alreadyClosed(null);
    }
  }

  AlreadyClosedException alreadyClosed(@Nullable Throwable cause) {
    return new AlreadyClosedException("Already closed: " + description, cause);
  }

  /** Tells what an access of the segment has failed for: the file is closed, or a mistake. */
  RuntimeException failure(IllegalStateException e) {
    return closed || !bytes.scope().isAlive() ? alreadyClosed(e) : e;
  }

  Optional<ReadAdvice> adviceFor(IOContext context) {
    return options.adviceFor(name, context);
  }

  void advise(long offset, long length, ReadAdvice advice) throws IOException {
    Advice kind =
        switch (advice) {
          case NORMAL -> Advice.NORMAL;
          case RANDOM -> Advice.RANDOM;
          case SEQUENTIAL -> Advice.SEQUENTIAL;
        };
    calling(() -> region.advise(offset, length, kind));
  }

  void prefetch(long offset, long length) throws IOException {
    calling(() -> prefetching.fetch(offset, length));
  }

  void prefetchAll(long[] offsets, long length) throws IOException {
    calling(() -> region.advise(offsets, length, Advice.WILLNEED));
  }

  boolean isLoaded(long offset, long length) throws IOException {
    return calling(() -> region.isResident(offset, length));
  }

  /** A call of the region. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws MmapException;
  }

  private <T> T calling(Call<T> call) throws IOException {
    requireOpen();
    try {
      return call.run();
    } catch (IllegalStateException e) {
      throw alreadyClosed(e);
    }
  }

  /** Closes the file. Waits for no reader. The second time it does nothing. */
  void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      lifetime.end(region);
    } catch (UncheckedIOException e) {
      throw options.isGuarded() ? lost(e) : e.getCause();
    }
  }
}
