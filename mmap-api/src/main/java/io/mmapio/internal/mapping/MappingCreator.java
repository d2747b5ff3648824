// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Allocation;
import io.mmapio.MmapException;
import io.mmapio.internal.backend.OsErrors;
import io.mmapio.internal.lifetime.AddressRange;
import io.mmapio.internal.lifetime.LostPageGuard;
import io.mmapio.internal.lifetime.Tombstones;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one {@link MapRequest}, step by step, and takes every step back if a later one fails.
 */
public final class MappingCreator {
  private final MmapBackend os;
  private final MapRequest request;
  private final long handle;
  private final OsErrors errors;

  /** Whether residency is visible, which nobody can find out later; null if somebody can. */
  private final long @Nullable [] visible;

  private MappingCreator(MmapBackend os, MapRequest request, long handle) {
    this.os = os;
    this.request = request;
    this.handle = handle;
    this.errors = new OsErrors(os, request.source(), handle);
    this.visible = request.withoutDescriptor() ? new long[1] : null;
  }

  /**
   * Maps.
   *
   * @param os the backend
   * @param request what to map
   * @param newPages what is done with its pages at once
   * @return the mapping, which owns everything that was taken
   * @throws IOException if the file cannot be opened, extended or mapped, or what is to be done at
   *     once was refused
   */
  public static Mapping map(MmapBackend os, MapRequest request, NewPages newPages)
      throws IOException {
    MappingLimit.SYSTEM.requireRoom(request);
    CallSpan span = CallRecorder.begin(CallSpan.Kind.MAP);
    if (span == null) {
      return opened(os, request, newPages);
    }
    Mapping mapping = null;
    try {
      mapping = opened(os, request, newPages);
      return mapping;
    } finally {
      span.end(
          mapping == null ? String.valueOf(request.source().name()) : mapping.name(),
          request.offset(),
          mapping == null ? request.length() : mapping.size(),
          mapping == null ? -1 : 0);
    }
  }

  private static Mapping opened(MmapBackend os, MapRequest request, NewPages newPages)
      throws IOException {
    if (request.withoutDescriptor() && request.source() instanceof Source.OfChannel source) {
      long handle = source.borrow(os);
      if (handle != MmapBackend.UNSUPPORTED) {
        return borrowed(os, request, newPages, source.channel(), handle);
      }
    }
    long handle = open(os, request);
    boolean kept = false;
    try {
      Mapping mapping = new MappingCreator(os, request, handle).map(newPages);
      kept = !request.withoutDescriptor();
      return mapping;
    } finally {
      if (!kept && handle != MmapBackend.NO_HANDLE) {
        os.release(handle);
      }
    }
  }

  /**
   * Maps the channel's own handle. A channel that is closed says so before it gives up its handle.
   * So if it is open afterwards, the handle was its file's all the time.
   */
  private static Mapping borrowed(
      MmapBackend os, MapRequest request, NewPages newPages, FileChannel channel, long handle)
      throws IOException {
    Mapping mapping;
    try {
      mapping = new MappingCreator(os, request, handle).map(newPages);
    } catch (IOException e) {
      if (!channel.isOpen()) {
        AsynchronousCloseException closed = new AsynchronousCloseException();
        closed.addSuppressed(e);
        throw closed;
      }
      throw e;
    }
    if (!channel.isOpen()) {
      mapping.abort();
      throw new AsynchronousCloseException();
    }
    return mapping;
  }

  private static long open(MmapBackend os, MapRequest request) throws IOException {
    long handle = request.source().open(os, request);
    if (handle == MmapBackend.NO_HANDLE && request.source() instanceof Source.Anonymous) {
      return handle;
    }
    OsErrors errors = new OsErrors(os, request.source(), MmapBackend.NO_HANDLE);
    return errors.check("open", handle, request.offset(), Math.max(0, request.length()));
  }

  private Mapping map(NewPages newPages) throws IOException {
    long length = request.length();
    Allocation allocation = Allocation.NOT_REQUESTED;
    if (handle != MmapBackend.NO_HANDLE) {
      long size = errors.check("open", size(), request.offset(), Math.max(0, length));
      length = length == MapRequest.TO_THE_END ? Math.max(0, size - request.offset()) : length;
      allocation = makeRoom(size, length);
    }
    Mapping mapping = mapped(length, allocation);
    if (visible != null && visible[0] == 1) {
      mapping.residencyStaysVisible();
    }
    boolean done = false;
    try {
      newPages.apply(mapping, 0, mapping.size());
      done = true;
      return mapping;
    } finally {
      if (!done) {
        mapping.abort();
      }
    }
  }

  private long size() {
    return visible == null ? os.size(handle) : os.sizeAndVisibility(handle, visible);
  }

  private Allocation makeRoom(long size, long length) throws MmapException {
    // Never offset + length > size: the sum was checked, but the habit is what keeps it so.
    boolean tooShort = length > size - request.offset();
    if (request.growth() == Growth.NEVER) {
      if (tooShort) {
        throw errors.pastTheEnd(size, request.offset(), length);
      }
      return Allocation.NOT_REQUESTED;
    }
    if (length == 0 || (request.growth() == Growth.SPARSE && !tooShort)) {
      return Allocation.SIZED;
    }
    long result = Resizer.extend(os, handle, request.offset(), length, request.growth());
    errors.check("extend", result, request.offset(), length);
    return result == MmapBackend.ALLOCATED ? Allocation.ALLOCATED : Allocation.SIZED;
  }

  private Mapping mapped(long length, Allocation allocation) throws IOException {
    Layout layout = request.layout();
    long lead = request.offset() % os.granularity();
    long size = layout.mirrored() ? Math.multiplyExact(2, requireWholeUnits(length)) : length;
    long reserved = Math.max(size, layout.capacity());
    if (layout.capacity() > 0 && layout.capacity() < length) {
      throw new IllegalArgumentException(
          "the capacity of " + layout.capacity() + " is less than the file's " + length);
    }
    if (reserved == 0) {
      // Nothing at all is mapped for zero bytes; every call then has nothing to do.
      AddressRange none = new AddressRange(os, 0, 0, null);
      return new Mapping(os, request, kept(), none, 0, 0, allocation);
    }
    long unit = layout.hugePage() > 0 ? layout.hugePage() : os.pageSize();
    long most = Long.MAX_VALUE & -unit; // which no machine has, and the OS says so
    long bytes = reserved > most - lead - unit ? most : (lead + reserved + unit - 1) & -unit;
    long used = length == 0 ? 0 : lead + length;
    long address = place(used, bytes);
    if (isRoomMade(address)) {
      address = place(used, bytes);
    }
    errors.check(layout.hugePage() > 0 ? "hugePages" : "map", address, request.offset(), length);
    AddressRange addresses = new AddressRange(os, address, bytes, guard(address, bytes));
    return new Mapping(os, request, kept(), addresses, lead, size, allocation);
  }

  private long kept() {
    return request.withoutDescriptor() ? MmapBackend.NO_HANDLE : handle;
  }

  /**
   * What closed regions still hold may be what was missing: the call is then worth a repetition.
   */
  private boolean isRoomMade(long result) {
    return errors.isOutOfMemory(result) && Tombstones.reclaim();
  }

  private @Nullable LostPageGuard guard(long address, long bytes) throws MmapException {
    if (!request.start().guarded()) {
      return null;
    }
    long number = os.guard(address, bytes);
    if (isRoomMade(number)) {
      number = os.guard(address, bytes);
    }
    if (number < 0) {
      os.unmap(address, bytes);
    }
    errors.check("guard", number, request.offset(), bytes);
    String name = request.source().name(handle);
    return new LostPageGuard(os, number, address, name == null ? "a file" : name);
  }

  private long requireWholeUnits(long length) {
    if (length % os.granularity() != 0 || request.offset() % os.granularity() != 0) {
      throw new IllegalArgumentException(
          "a mirrored range has to be whole units of Mmap.allocationGranularity(), "
              + os.granularity()
              + " bytes, not "
              + request.offset()
              + "+"
              + length);
    }
    return length;
  }

  /** Maps so many bytes as the layout says, at the start of so many bytes of addresses. */
  private long place(long length, long bytes) {
    Layout layout = request.layout();
    long start = request.offset() - request.offset() % os.granularity();
    if (layout.hugePage() > 0) {
      return os.mapHuge(bytes, layout.hugePage());
    }
    if (layout.capacity() == 0 && !layout.mirrored()) {
      return os.map(handle, start, length, request.access());
    }
    long address = os.reserve(bytes);
    if (address < 0 || length == 0) {
      return address;
    }
    long result = os.mapInto(address, handle, start, length, request.access());
    if (result >= 0 && layout.mirrored()) {
      result = os.mapInto(address + length, handle, start, length, request.access());
    }
    if (result < 0) {
      os.unmap(address, bytes);
      return result;
    }
    return address;
  }
}
