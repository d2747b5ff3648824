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

/** The native library as a backend: each call is one of {@link Jni}, with constants as numbers. */
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
      Reference.reachabilityFence(descriptor);
    }
  }

  @Override
  public long duplicate(FileChannel channel) {
    try {
      return Jni.duplicateOf(channel);
    } finally {
      Reference.reachabilityFence(channel); // or the collector may close its descriptor meanwhile
    }
  }

  @Override
  public long open(String path, boolean write) {
    return Jni.open(path, write);
  }

  @Override
  public long handleOf(FileChannel channel) {
    return Jni.handleOf(channel);
  }

  @Override
  public long sizeAndVisibility(long handle, long[] visible) {
    return Jni.sizeAndVisibility(handle, visible);
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
    return Jni.newMemory(length, JniCode.of(seal));
  }

  @Override
  public long cacheState(long handle, long offset, long length, long[] counts) {
    return Jni.cacheState(handle, offset, length, counts);
  }

  @Override
  public long meetsPages(long handle) {
    return Jni.meetsPages(handle);
  }

  @Override
  public long readAt(long handle, long offset, ByteBuffer target, int position, int length) {
    return target.isDirect()
        ? Jni.readAt(handle, offset, target, position, length)
        : Jni.readArrayAt(handle, offset, target.array(), target.arrayOffset() + position, length);
  }

  @Override
  public long writeAt(long handle, long offset, ByteBuffer source, int position, int length) {
    return source.isDirect()
        ? Jni.writeAt(handle, offset, source, position, length)
        : Jni.writeArrayAt(handle, offset, source.array(), source.arrayOffset() + position, length);
  }

  @Override
  public long copyRange(long from, long fromOffset, long to, long toOffset, long length) {
    return Jni.copyRange(from, fromOffset, to, toOffset, length);
  }

  @Override
  public long map(long handle, long offset, long length, Access access) {
    return Jni.map(handle, offset, length, JniCode.of(access));
  }

  @Override
  public long reserve(long length) {
    return Jni.reserve(length);
  }

  @Override
  public long mapInto(long address, long handle, long offset, long length, Access access) {
    return Jni.mapInto(address, handle, offset, length, JniCode.of(access));
  }

  @Override
  public long mapHuge(long length, long pageSize) {
    return Jni.mapHuge(length, pageSize);
  }

  @Override
  public long protect(long address, long length, Access access) {
    return Jni.protect(address, length, JniCode.of(access));
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
    return Jni.advise(address, length, JniCode.of(advice));
  }

  @Override
  public long adviseAll(long[] ranges, Advice advice) {
    return Jni.adviseAll(ranges, JniCode.of(advice));
  }

  @Override
  public long prefetch(long handle, long[] ranges) {
    return Jni.prefetch(handle, ranges);
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
    return Jni.sync(handle, address, length, offset, JniCode.of(mode), invalidate);
  }

  @Override
  public long resident(long address, long length, long[] bits) {
    if (length > Jni.RESIDENT_FEW * pageSize()) {
      return Jni.resident(address, length, bits);
    }
    // Most callers ask for few pages, where passing an array would cost as much as the system call.
    long few = Jni.residentFew(address, length);
    bits[0] = few;
    return Math.min(few, 0);
  }

  @Override
  public long allResident(long address, long length) {
    return Jni.allResident(address, length);
  }

  @Override
  public long present(long address, long length, long[] bits) {
    return Jni.present(address, length, bits);
  }

  @Override
  public long residencyVisible(long handle) {
    return Jni.residencyVisible(handle);
  }

  @Override
  public long privatePages(long address, long length, long[] ranges) {
    return Jni.privatePages(address, length, ranges);
  }

  @Override
  public long trackWrites(long address, long length) {
    return Jni.trackWrites(address, length);
  }

  @Override
  public long trackMore(long tracker, long address, long length) {
    return Jni.trackMore(tracker, address, length);
  }

  @Override
  public long written(long address, long length, boolean reset, long[] ranges) {
    return Jni.written(address, length, reset, ranges);
  }

  @Override
  public long untrack(long tracker) {
    return Jni.untrack(tracker);
  }

  @Override
  public long await(long address, int size, long expected, long nanoseconds) {
    return Jni.await(address, size, expected, nanoseconds);
  }

  @Override
  public long wake(long address, boolean all) {
    return Jni.wake(address, all);
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
    return Jni.supports(JniCode.of(feature)) == 1;
  }

  @Override
  public long limit(Limit limit) {
    return Jni.limit(JniCode.of(limit));
  }

  @Override
  public @Nullable String errorName(int error) {
    return Jni.errorName(error);
  }
}
