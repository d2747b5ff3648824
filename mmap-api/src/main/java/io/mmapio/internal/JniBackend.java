// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.Advice;
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
  public long map(long handle, long offset, long length, Access access) {
    int code =
        switch (access) {
          case NONE -> Jni.ACCESS_NONE;
          case READ_ONLY -> Jni.ACCESS_READ_ONLY;
          case READ_WRITE -> Jni.ACCESS_READ_WRITE;
          case COPY_ON_WRITE -> Jni.ACCESS_COPY_ON_WRITE;
        };
    return Jni.map(handle, offset, length, code);
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
  public long advise(long address, long length, Advice advice) {
    int code =
        switch (advice) {
          case NORMAL -> Jni.ADVICE_NORMAL;
          case RANDOM -> Jni.ADVICE_RANDOM;
          case SEQUENTIAL -> Jni.ADVICE_SEQUENTIAL;
          case WILLNEED -> Jni.ADVICE_WILLNEED;
          case DONTNEED -> Jni.ADVICE_DONTNEED;
        };
    return Jni.advise(address, length, code);
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
  public ByteBuffer view(long address, int capacity) {
    return Jni.view(address, capacity);
  }

  @Override
  public @Nullable String errorName(int error) {
    return Jni.errorName(error);
  }
}
