// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Advice;
import io.mmapio.Allocation;
import io.mmapio.MmapException;
import io.mmapio.internal.MapSpec.Growth;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;

/**
 * Carries out one {@link MapSpec}, step by step, and takes every step back if a later one fails.
 */
public final class Mapper {
  /** Two threads that extend one file must not each think they saw its old size. */
  private static final Object EXTENDING = new Object();

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
   * @throws IOException if the file cannot be opened, extended or mapped, or the advice was refused
   */
  public static Mapping map(MmapBackend os, MapSpec spec) throws IOException {
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
    if (spec.source() instanceof Source.Anonymous) {
      return MmapBackend.NO_HANDLE;
    }
    long handle = spec.source().open(os, spec.access());
    Errors errors = new Errors(os, spec.source(), MmapBackend.NO_HANDLE);
    return errors.check("open", handle, spec.offset(), Math.max(0, spec.length()));
  }

  private Mapping map() throws IOException {
    long length = spec.length();
    Allocation allocation = Allocation.NOT_REQUESTED;
    if (handle != MmapBackend.NO_HANDLE) {
      long size = errors.check("open", os.size(handle), spec.offset(), Math.max(0, length));
      length = length == MapSpec.TO_THE_END ? size : length;
      allocation = makeRoom(size, length);
    }
    return length == 0 ? Mapping.empty(os, spec, handle, allocation) : mapped(length, allocation);
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
    boolean allocate = spec.growth() == Growth.ALLOCATE;
    long result;
    synchronized (EXTENDING) {
      result = os.extend(handle, spec.offset(), length, allocate);
    }
    errors.check("extend", result, spec.offset(), length);
    return result == MmapBackend.ALLOCATED ? Allocation.ALLOCATED : Allocation.SIZED;
  }

  private Mapping mapped(long length, Allocation allocation) throws IOException {
    long lead = spec.offset() % os.granularity();
    long start = spec.offset() - lead;
    long address = os.map(handle, start, lead + length, spec.access());
    if (errors.isOutOfMemory(address) && Tombstones.reclaim()) {
      address = os.map(handle, start, lead + length, spec.access());
    }
    errors.check("map", address, spec.offset(), length);
    Mapping mapping = new Mapping(os, spec, handle, address, lead, length, allocation);
    Advice advice = spec.advice();
    if (advice != null) {
      advise(mapping, advice);
    }
    return mapping;
  }

  private void advise(Mapping mapping, Advice advice) throws IOException {
    boolean done = false;
    try {
      mapping.advise(0, mapping.size(), advice);
      done = true;
    } finally {
      if (!done) {
        mapping.abort();
      }
    }
  }
}
