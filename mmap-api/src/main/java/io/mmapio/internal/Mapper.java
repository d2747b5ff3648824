// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Advice;
import io.mmapio.Allocation;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import io.mmapio.internal.MapSpec.Growth;
import io.mmapio.internal.MapSpec.Layout;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one {@link MapSpec}, step by step, and takes every step back if a later one fails.
 */
public final class Mapper {
  private final MmapBackend os;
  private final MapSpec spec;
  private final long handle;
  private final Errors errors;

  private Mapper(MmapBackend os, MapSpec spec, long handle) {
    this.os = os;
    this.spec = spec;
    this.handle = handle;
    this.errors = new Errors(os, spec.source(), handle);
  }

  /**
   * Maps.
   *
   * @param os the backend
   * @param spec what to map
   * @return the mapping, which owns everything that was taken
   * @throws IOException if the file cannot be opened, extended or mapped, or what is to be done at
   *     once was refused
   */
  public static Mapping map(MmapBackend os, MapSpec spec) throws IOException {
    MappingLimit.SYSTEM.requireRoom(spec);
    Span span = Span.begin(Span.Kind.MAP);
    if (span == null) {
      return opened(os, spec);
    }
    Mapping mapping = null;
    try {
      mapping = opened(os, spec);
      return mapping;
    } finally {
      span.end(
          mapping == null ? String.valueOf(spec.source().name()) : mapping.name(),
          spec.offset(),
          mapping == null ? spec.length() : mapping.size(),
          mapping == null ? -1 : 0);
    }
  }

  private static Mapping opened(MmapBackend os, MapSpec spec) throws IOException {
    long handle = open(os, spec);
    boolean done = false;
    try {
      Mapping mapping = new Mapper(os, spec, handle).map();
      done = true;
      return mapping;
    } finally {
      if (!done && handle != MmapBackend.NO_HANDLE) {
        os.release(handle);
      }
    }
  }

  private static long open(MmapBackend os, MapSpec spec) throws IOException {
    long handle = spec.source().open(os, spec);
    if (handle == MmapBackend.NO_HANDLE && spec.source() instanceof Source.Anonymous) {
      return handle;
    }
    Errors errors = new Errors(os, spec.source(), MmapBackend.NO_HANDLE);
    return errors.check("open", handle, spec.offset(), Math.max(0, spec.length()));
  }

  private Mapping map() throws IOException {
    long length = spec.length();
    Allocation allocation = Allocation.NOT_REQUESTED;
    if (handle != MmapBackend.NO_HANDLE) {
      long size = errors.check("open", os.size(handle), spec.offset(), Math.max(0, length));
      length = length == MapSpec.TO_THE_END ? Math.max(0, size - spec.offset()) : length;
      allocation = makeRoom(size, length);
    }
    Mapping mapping = mapped(length, allocation);
    boolean done = false;
    try {
      start(mapping, 0, mapping.size());
      done = true;
      return mapping;
    } finally {
      if (!done) {
        mapping.abort();
      }
    }
  }

  private Allocation makeRoom(long size, long length) throws MmapException {
    // Never offset + length > size: the sum was checked, but the habit is what keeps it so.
    boolean tooShort = length > size - spec.offset();
    if (spec.growth() == Growth.NEVER) {
      if (tooShort) {
        throw errors.pastTheEnd(size, spec.offset(), length);
      }
      return Allocation.NOT_REQUESTED;
    }
    if (length == 0 || (spec.growth() == Growth.SPARSE && !tooShort)) {
      return Allocation.SIZED;
    }
    long result = Resizer.extend(os, handle, spec.offset(), length, spec.growth());
    errors.check("extend", result, spec.offset(), length);
    return result == MmapBackend.ALLOCATED ? Allocation.ALLOCATED : Allocation.SIZED;
  }

  private Mapping mapped(long length, Allocation allocation) throws IOException {
    Layout layout = spec.layout();
    long lead = spec.offset() % os.granularity();
    long size = layout.mirrored() ? Math.multiplyExact(2, requireWholeUnits(length)) : length;
    long reserved = Math.max(size, layout.capacity());
    if (layout.capacity() > 0 && layout.capacity() < length) {
      throw new IllegalArgumentException(
          "the capacity of " + layout.capacity() + " is less than the file's " + length);
    }
    if (reserved == 0) {
      // Nothing at all is mapped for zero bytes; every call then has nothing to do.
      AddressRange none = new AddressRange(os, 0, 0, null);
      return new Mapping(os, spec, handle, none, 0, 0, allocation);
    }
    long unit = layout.hugePage() > 0 ? layout.hugePage() : os.pageSize();
    long most = Long.MAX_VALUE & -unit; // which no machine has, and the OS says so
    long bytes = reserved > most - lead - unit ? most : (lead + reserved + unit - 1) & -unit;
    long used = length == 0 ? 0 : lead + length;
    long address = withRoom(() -> place(used, bytes));
    errors.check(layout.hugePage() > 0 ? "hugePages" : "map", address, spec.offset(), length);
    AddressRange addresses = new AddressRange(os, address, bytes, guard(address, bytes));
    return new Mapping(os, spec, handle, addresses, lead, size, allocation);
  }

  /** What closed regions still hold may be what is missing. */
  private long withRoom(LongSupplier call) {
    long result = call.getAsLong();
    return errors.isOutOfMemory(result) && Tombstones.reclaim() ? call.getAsLong() : result;
  }

  private @Nullable Guard guard(long address, long bytes) throws MmapException {
    if (!spec.start().guarded()) {
      return null;
    }
    long number = withRoom(() -> os.guard(address, bytes));
    if (number < 0) {
      os.unmap(address, bytes);
    }
    errors.check("guard", number, spec.offset(), bytes);
    String name = spec.source().name(handle);
    return new Guard(os, number, address, name == null ? "a file" : name);
  }

  private long requireWholeUnits(long length) {
    if (length % os.granularity() != 0 || spec.offset() % os.granularity() != 0) {
      throw new IllegalArgumentException(
          "a mirrored range has to be whole units of Mmap.allocationGranularity(), "
              + os.granularity()
              + " bytes, not "
              + spec.offset()
              + "+"
              + length);
    }
    return length;
  }

  /** Maps so many bytes as the layout says, at the start of so many bytes of addresses. */
  private long place(long length, long bytes) {
    Layout layout = spec.layout();
    long start = spec.offset() - spec.offset() % os.granularity();
    if (layout.hugePage() > 0) {
      return os.mapHuge(bytes, layout.hugePage());
    }
    if (layout.capacity() == 0 && !layout.mirrored()) {
      return os.map(handle, start, length, spec.access());
    }
    long address = os.reserve(bytes);
    if (address < 0 || length == 0) {
      return address;
    }
    long result = os.mapInto(address, handle, start, length, spec.access());
    if (result >= 0 && layout.mirrored()) {
      result = os.mapInto(address + length, handle, start, length, spec.access());
    }
    if (result < 0) {
      os.unmap(address, bytes);
      return result;
    }
    return address;
  }

  /** Does what is to be done at once with a range of new pages. */
  static void start(Mapping mapping, long offset, long length) throws IOException {
    MapSpec.Start start = mapping.spec().start();
    Advice advice = start.advice();
    if (advice != null) {
      Verbs.advise(mapping, offset, length, advice);
    }
    if (start.locked()) {
      PageWork.lock(mapping, offset, length);
    }
    Prefault prefault = start.prefault();
    if (prefault != null) {
      PageWork.populate(mapping, offset, length, prefault, (done, total) -> true);
    }
  }
}
