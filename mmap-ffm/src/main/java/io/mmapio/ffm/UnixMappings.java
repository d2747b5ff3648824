// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Access;
import io.mmapio.spi.MappingCalls;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses, from mapping to unmapping: what every Unix does alike. */
interface UnixMappings extends MappingCalls {
  /** This system. */
  Unix unix();

  /** The members of the JDK's objects. */
  JdkObjects jdk();

  private static int protection(Access access) {
    return switch (access) {
      case NONE -> Unix.PROT_NONE;
      case READ_ONLY -> Unix.PROT_READ;
      case READ_WRITE, COPY_ON_WRITE -> Unix.READ_WRITE;
    };
  }

  private int sharing(long handle, Access access) {
    if (handle == MmapBackend.NO_HANDLE) {
      return Unix.MAP_PRIVATE | Unix.MAP_ANON;
    }
    // Without NORESERVE a private mapping of a file larger than memory would be refused, though
    // only the pages that are changed ever cost memory.
    return access == Access.COPY_ON_WRITE ? Unix.MAP_PRIVATE | unix().noReserve() : Unix.MAP_SHARED;
  }

  @Override
  default long map(long handle, long offset, long length, Access access) {
    return Libc.map(0, length, protection(access), sharing(handle, access), (int) handle, offset);
  }

  @Override
  default long reserve(long length) {
    int flags = Unix.MAP_PRIVATE | Unix.MAP_ANON | unix().noReserve();
    return Libc.map(0, length, Unix.PROT_NONE, flags, Unix.NO_DESCRIPTOR, 0);
  }

  @Override
  default long mapInto(long address, long handle, long offset, long length, Access access) {
    int flags = sharing(handle, access) | Unix.MAP_FIXED;
    return Libc.map(address, length, protection(access), flags, (int) handle, offset);
  }

  @Override
  default long mapHuge(long length, long pageSize) {
    return unix().mapHuge(length, pageSize);
  }

  @Override
  default long protect(long address, long length, Access access) {
    return Libc.protect(address, length, protection(access));
  }

  @Override
  default long unmap(long address, long length) {
    return Libc.unmap(address, length);
  }

  @Override
  default long entomb(long address, long length) {
    int flags = Unix.MAP_PRIVATE | Unix.MAP_ANON | Unix.MAP_FIXED | unix().noReserve();
    return Math.min(0, Libc.map(address, length, Unix.READ_WRITE, flags, Unix.NO_DESCRIPTOR, 0));
  }

  @Override
  default ByteBuffer view(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean readOnly) {
    return jdk().buffer(address, capacity, descriptor, readOnly);
  }

  @Override
  default Object segment(Object mapped, Object scopeOf, long offset, long size, boolean readOnly) {
    return jdk().segment(mapped, scopeOf, offset, size, readOnly);
  }
}
