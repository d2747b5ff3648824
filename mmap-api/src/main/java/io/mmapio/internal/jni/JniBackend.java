// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.SyncMode;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The native library as a backend: it only finds the number that C++ knows a constant by. */
public final class JniBackend implements MmapBackend {
  /**
   * The system property that names a library file, or its directory; nothing else is then tried.
   */
  public static final String LIBRARY_PATH_PROPERTY = NativeLibrary.PATH_PROPERTY;

  private final String origin;
  private final long pageSize = Jni.pageSize();
  private final long granularity = Jni.granularity();

  private JniBackend(String origin) {
    this.origin = origin;
  }

  /**
   * Loads the library, or another that a system property names instead.
   *
   * @param library the resource to load
   * @return the backend
   * @throws IOException if it cannot be loaded
   */
  public static JniBackend load(URL library) throws IOException {
    return new JniBackend(NativeLibrary.load(library));
  }

  /**
   * Returns where the library of a platform lies in a jar.
   *
   * @param classifier the platform
   * @return an absolute resource name
   */
  public static String resource(String classifier) {
    return "/META-INF/native/" + classifier + '/' + NativeLibrary.fileName(classifier);
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public long pageSize() {
    return pageSize;
  }

  @Override
  public long granularity() {
    return granularity;
  }

  @Override
  public long duplicate(FileDescriptor descriptor) {
    try {
      return Jni.duplicate(descriptor);
    } finally {
      // The collector closes the descriptor of a channel nobody holds: not during the call.
      Reference.reachabilityFence(descriptor);
    }
  }

  @Override
  public long duplicate(FileChannel channel) {
    try {
      return Jni.duplicateOf(channel);
    } finally {
      Reference.reachabilityFence(channel);
    }
  }

  @Override
  public void setDescriptor(FileDescriptor descriptor, long handle) {
    Jni.setDescriptor(descriptor, handle);
  }

  @Override
  public long release(long handle) {
    return Jni.release(handle);
  }

  @Override
  public long size(long handle) {
    return Jni.size(handle);
  }

  @Override
  public long extend(long handle, long offset, long length, boolean allocate) {
    return Jni.extend(handle, offset, length, allocate);
  }

  @Override
  public long truncate(long handle, long size) {
    return Jni.truncate(handle, size);
  }

  @Override
  public long punchHole(long handle, long offset, long length) {
    return Jni.punchHole(handle, offset, length);
  }

  @Override
  public long newMemory(long length, Seal seal) {
    int code =
        switch (seal) {
          case NONE -> Jni.SEAL_NONE;
          case SHRINKING -> Jni.SEAL_SHRINKING;
          case SHRINKING_AND_GROWING -> Jni.SEAL_SHRINKING_AND_GROWING;
        };
    return Jni.newMemory(length, code);
  }

  @Override
  public long cacheState(long handle, long offset, long length, long[] counts) {
    return Jni.cacheState(handle, offset, length, counts);
  }

  @Override
  public long map(long handle, long offset, long length, Access access) {
    return Jni.map(handle, offset, length, code(access));
  }

  @Override
  public long reserve(long length) {
    return Jni.reserve(length);
  }

  @Override
  public long mapInto(long address, long handle, long offset, long length, Access access) {
    return Jni.mapInto(address, handle, offset, length, code(access));
  }

  @Override
  public long mapHuge(long length, long pageSize) {
    return Jni.mapHuge(length, pageSize);
  }

  @Override
  public long protect(long address, long length, Access access) {
    return Jni.protect(address, length, code(access));
  }

  @Override
  public long unmap(long address, long length) {
    return Jni.unmap(address, length);
  }

  @Override
  public long entomb(long address, long length) {
    return Jni.entomb(address, length);
  }

  @Override
  public long guard(long address, long length) {
    return Jni.guard(address, length);
  }

  @Override
  public long entombGuarded(long guard, long address, long length) {
    return Jni.entombGuarded(guard, address, length);
  }

  @Override
  public long unguard(long guard) {
    return Jni.unguard(guard);
  }

  @Override
  public long lostPage(long guard, boolean afterClosing) {
    return Jni.lostPage(guard, afterClosing);
  }

  @Override
  public ByteBuffer lossWord(long guard) {
    return Jni.lossWord(guard);
  }

  @Override
  public long awaitLostPage(int milliseconds) {
    return Jni.awaitLostPage(milliseconds);
  }

  @Override
  public long advise(long address, long length, Advice advice) {
    return Jni.advise(address, length, code(advice));
  }

  @Override
  public long adviseAll(long[] ranges, Advice advice) {
    return Jni.adviseAll(ranges, code(advice));
  }

  @Override
  public long populate(long address, long length, boolean write) {
    return Jni.populate(address, length, write);
  }

  @Override
  public long lock(long address, long length) {
    return Jni.lock(address, length);
  }

  @Override
  public long unlock(long address, long length) {
    return Jni.unlock(address, length);
  }

  @Override
  public long discard(long handle, long address, long length, long offset) {
    return Jni.discard(handle, address, length, offset);
  }

  @Override
  public long evict(long handle, long address, long length, long offset) {
    return Jni.evict(handle, address, length, offset);
  }

  @Override
  public long copyOut(long address, ByteBuffer target, int position, int length) {
    return Jni.copyOut(address, target, position, length);
  }

  @Override
  public long copyIn(long address, ByteBuffer source, int position, int length) {
    return Jni.copyIn(address, source, position, length);
  }

  @Override
  public long copyOut(long address, byte[] target, int index, int length) {
    return Jni.copyOutArray(address, target, index, length);
  }

  @Override
  public long copyIn(long address, byte[] source, int index, int length) {
    return Jni.copyInArray(address, source, index, length);
  }

  @Override
  public long sync(
      long handle, long address, long length, long offset, SyncMode mode, boolean invalidate) {
    int code =
        switch (mode) {
          case ASYNC -> Jni.SYNC_ASYNC;
          case BLOCKING -> Jni.SYNC_BLOCKING;
          case DURABLE -> Jni.SYNC_DURABLE;
        };
    return Jni.sync(handle, address, length, offset, code, invalidate);
  }

  @Override
  public long resident(long address, long length, long[] bits) {
    return Jni.resident(address, length, bits);
  }

  @Override
  public long residencyVisible(long handle) {
    return Jni.residencyVisible(handle);
  }

  @Override
  public ByteBuffer view(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean readOnly) {
    return JdkViews.buffer(address, capacity, descriptor, readOnly);
  }

  @Override
  public @Nullable Object segment(
      Object mapped, Object scopeOf, long offset, long size, boolean readOnly) {
    return JdkViews.segment(mapped, scopeOf, offset, size, readOnly);
  }

  @Override
  public boolean supports(Feature feature) {
    int code =
        switch (feature) {
          case SHRINK -> Jni.FEATURE_SHRINK;
          case POPULATE_WRITE -> Jni.FEATURE_POPULATE_WRITE;
          case HUGE_PAGES -> Jni.FEATURE_HUGE_PAGES;
          case DISCARD -> Jni.FEATURE_DISCARD;
          case PUNCH_HOLE -> Jni.FEATURE_PUNCH_HOLE;
          case EVICT -> Jni.FEATURE_EVICT;
          case CACHE_STATE -> Jni.FEATURE_CACHE_STATE;
          case CHECKED_ACCESS -> Jni.FEATURE_CHECKED_ACCESS;
          case SEALED_MEMORY -> Jni.FEATURE_SEALED_MEMORY;
          case GUARD -> Jni.FEATURE_GUARD;
        };
    return Jni.supports(code) == 1;
  }

  @Override
  public long limit(Limit limit) {
    int code =
        switch (limit) {
          case LOCKED_MEMORY -> Jni.LIMIT_LOCKED_MEMORY;
          case ADDRESS_SPACE -> Jni.LIMIT_ADDRESS_SPACE;
          case OPEN_FILES -> Jni.LIMIT_OPEN_FILES;
          case FILE_SIZE -> Jni.LIMIT_FILE_SIZE;
        };
    return Jni.limit(code);
  }

  @Override
  public @Nullable String errorName(int error) {
    return Jni.errorName(error);
  }

  private static int code(Access access) {
    return switch (access) {
      case NONE -> Jni.ACCESS_NONE;
      case READ_ONLY -> Jni.ACCESS_READ_ONLY;
      case READ_WRITE -> Jni.ACCESS_READ_WRITE;
      case COPY_ON_WRITE -> Jni.ACCESS_COPY_ON_WRITE;
    };
  }

  private static int code(Advice advice) {
    return switch (advice) {
      case NORMAL -> Jni.ADVICE_NORMAL;
      case RANDOM -> Jni.ADVICE_RANDOM;
      case SEQUENTIAL -> Jni.ADVICE_SEQUENTIAL;
      case WILLNEED -> Jni.ADVICE_WILLNEED;
      case DONTNEED -> Jni.ADVICE_DONTNEED;
      case COLD -> Jni.ADVICE_COLD;
      case PAGEOUT -> Jni.ADVICE_PAGEOUT;
      case HUGEPAGE -> Jni.ADVICE_HUGEPAGE;
      case NOHUGEPAGE -> Jni.ADVICE_NOHUGEPAGE;
      case COLLAPSE -> Jni.ADVICE_COLLAPSE;
      case DONTDUMP -> Jni.ADVICE_DONTDUMP;
      case DODUMP -> Jni.ADVICE_DODUMP;
      case DONTFORK -> Jni.ADVICE_DONTFORK;
      case DOFORK -> Jni.ADVICE_DOFORK;
      case MERGEABLE -> Jni.ADVICE_MERGEABLE;
      case UNMERGEABLE -> Jni.ADVICE_UNMERGEABLE;
    };
  }
}
