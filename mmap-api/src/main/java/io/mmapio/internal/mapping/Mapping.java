// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.LostPageException;
import io.mmapio.MmapException;
import io.mmapio.internal.backend.OsErrors;
import io.mmapio.internal.lifetime.AddressRange;
import io.mmapio.internal.lifetime.CallGate;
import io.mmapio.internal.lifetime.LostPageGuard;
import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.lifetime.WatchList;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.system.EagerLinking;
import io.mmapio.internal.system.Platform;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CreationSites;
import io.mmapio.spi.MmapBackend;
import java.io.File;
import java.io.FileDescriptor;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a region is inside: where it lies, what was mapped there, and how it ends.
 *
 * <pre>
 *   address         address + lead                  end of a page        end of the addresses
 *   | lead: hidden  | size: what the user sees      | rest: hidden | reserved, to grow into |
 * </pre>
 *
 * <p>Calls of the region go through its {@link CallGate}. Whoever reads or writes a view does not:
 * what it touches is mapped memory for as long as the view can be reached.
 */
public final class Mapping extends CallGate implements Reaper.OfRegion {
  static {
    EagerLinking.loadFrom(Mapping.class); // before there is a region
  }

  public final MmapBackend os;
  private final MapRequest request;
  private final long handle;
  private final AddressRange addresses;
  private final long lead;

  private volatile long size;
  private volatile Allocation allocation;
  private volatile Access access;
  private long reached; // the largest size there was: views of it may be around

  private volatile long trimTo = Long.MAX_VALUE;
  private volatile @Nullable MmapException failedSync; // the first that lost data
  private volatile long residencyVisibleUntil; // System.nanoTime(), zero for never
  private final @Nullable Throwable creationSite = CreationSites.here();
  private WatchList.@Nullable Watch watch; // of the region, written before anybody else sees it
  private @Nullable FileDescriptor
      descriptor; // of the buffers, written under the lock of addresses

  public Mapping(
      MmapBackend os,
      MapRequest request,
      long handle,
      AddressRange addresses,
      long lead,
      long size,
      Allocation allocation) {
    this.os = os;
    this.request = request;
    this.handle = handle;
    this.addresses = addresses;
    this.lead = lead;
    this.size = size;
    this.reached = size;
    this.allocation = allocation;
    this.access = request.access();
  }

  /**
   * Ends this mapping when the region is collected without having been closed. Views that are still
   * held keep the pages.
   *
   * @param region holds this mapping; this mapping must not hold it
   */
  public void watch(Object region) {
    try {
      watch = Reaper.watchRegion(region, this);
    } finally {
      if (watch == null) {
        end(/* closed= */ true); // no memory for it
      }
    }
  }

  /**
   * What the JDK takes for the file of a buffer; null where it has nothing to do with it. Called
   * within a call. The lock is not that of this object: growing holds that while it waits to be let
   * in, and whoever is alone may be waiting for the call.
   */
  public @Nullable FileDescriptor descriptor() {
    if (handle == MmapBackend.NO_HANDLE && File.separatorChar == '\\') {
      return null; // FlushViewOfFile refuses memory of no file
    }
    synchronized (addresses) {
      if (descriptor == null) {
        descriptor = new FileDescriptor();
        if (handle != MmapBackend.NO_HANDLE) {
          os.setDescriptor(descriptor, handle);
        }
      }
      return descriptor;
    }
  }

  /** The region was collected, and nobody had closed it. */
  @Override
  public void collected() {
    CreationSites.reportUnclosed(describe(), creationSite);
    end(/* closed= */ false);
  }

  /** A call on addresses and the part of the file that is mapped there. */
  @FunctionalInterface
  public interface FileCall {
    long on(long from, long bytes, long inFile);
  }

  /** Makes a call for a range, or one for each half that it touches of a mirrored region. */
  public long overFile(long start, long bytes, FileCall call) {
    return calling(
        () -> {
          long first = start - addresses.address();
          long half = request.layout().mirrored() ? size / 2 : Long.MAX_VALUE;
          long before = first < half ? Math.min(bytes, half - first) : 0;
          long inFile = request.offset() - lead + first;
          long result = before == 0 ? 0 : call.on(start, before, inFile);
          boolean done = result < 0 || before == bytes;
          return done ? result : call.on(start + before, bytes - before, inFile + before - half);
        });
  }

  /**
   * Lets the file go. Waits for calls in flight, for no reader; the second time it does nothing.
   */
  public void close() {
    if (watch != null) {
      watch.cancel();
    }
    end(/* closed= */ true);
  }

  /** Takes back what mapping did, but for the handle, whose owner does that itself. */
  public void abort() {
    addresses.giveBack();
  }

  private void end(boolean closed) {
    CallSpan span = CallRecorder.begin(CallSpan.Kind.CLOSE);
    String name = span == null ? "" : name();
    shutting(() -> leave(closed, span, name));
  }

  private void leave(boolean closed, @Nullable CallSpan span, String name) {
    long result = addresses.regionLeaves(closed ? mapped(reached) : 0);
    LostPageException damage =
        closed && isDamaged() ? damage("close") : null; // while the file can be asked
    if (closed && result >= 0 && damage == null) {
      result = trim();
    }
    if (descriptor != null) {
      os.setDescriptor(descriptor, MmapBackend.NO_HANDLE);
    }
    if (handle != MmapBackend.NO_HANDLE) {
      // Nothing was written through it, so there is no write that its error could be about.
      os.release(handle);
    }
    if (span != null) {
      span.end(name, 0, size, damage == null ? result : DAMAGED);
    }
    if (damage != null) {
      throw new UncheckedIOException(damage);
    }
    if (closed && result < 0) {
      OsErrors errors = new OsErrors(os, request.source(), MmapBackend.NO_HANDLE); // it is released
      throw new UncheckedIOException(errors.of("close", result, 0, size));
    }
  }

  /** A file that reaches beyond the region was extended by somebody else and is left alone. */
  private long trim() {
    long keep = trimTo;
    if (keep >= size) {
      return 0;
    }
    long fileSize = os.size(handle);
    boolean ours = fileSize > request.offset() + keep && fileSize <= request.offset() + size;
    return ours ? os.truncate(handle, request.offset() + keep) : Math.min(fileSize, 0);
  }

  /**
   * Has closing cut off what was not used.
   *
   * @param used bytes of the region to keep
   */
  public void trimOnClose(long used) {
    requireFileWritable("trimming");
    if (calling(() -> trimTo = used) == DAMAGED) {
      throw new UncheckedIOException(damage("trimOnClose"));
    }
  }

  /** Makes a call that changes what may be done with the bytes. */
  public long changing(Access to, LongSupplier call) {
    return changing(
        () -> {
          long result = call.getAsLong();
          if (result >= 0) {
            access = to;
          }
          return result;
        });
  }

  /** Returns a result, or throws what it stands for. */
  public long check(String call, long result, long offset, long length) throws MmapException {
    if (result == DAMAGED) {
      throw damage(call);
    }
    return errors().check(call, result, offset, length);
  }

  /** As {@link #check}, for a sync. One that lost data is the last that can succeed. */
  public void checkSync(long result, long offset, long length) throws MmapException {
    try {
      check("sync", result, offset, length);
    } catch (MmapException e) {
      if (result != DAMAGED && errors().losesData(result)) {
        failedSync = e;
      }
      throw e;
    }
  }

  /** Refuses to sync after a sync that lost data. */
  public void requireNoFailedSync() throws MmapException {
    MmapException first = failedSync;
    if (first != null && isOpen()) {
      throw errors().afterFailure(first);
    }
  }

  /**
   * Whether {@link io.mmapio.internal.pages.ResidencyScan#isResidencyVisible} need not ask the
   * system again yet.
   */
  public boolean isResidencyKnownVisible() {
    long until = residencyVisibleUntil;
    return until != 0 && System.nanoTime() - until < 0;
  }

  public void residencyIsVisible(long forNanos) {
    residencyVisibleUntil = (System.nanoTime() + forNanos) | 1;
  }

  @Override
  public boolean isDamaged() {
    LostPageGuard guard = addresses.guard();
    return guard != null && guard.lostPage() != 0;
  }

  private LostPageException damage(String call) {
    LostPageGuard guard = addresses.guard();
    long page = guard == null ? 0 : guard.lostPage();
    long offset = Math.max(0, page - addresses.address() - lead);
    return errors().lost(call, offset, os.pageSize(), size, request.offset() + offset);
  }

  /** Whether a view may be taken. */
  public void requireViewable() {
    requireOpen();
    if (isDamaged()) {
      throw new UncheckedIOException(damage("view"));
    }
  }

  /**
   * Refuses what the access does not allow.
   *
   * @param write whether pages have to be writable
   * @param what is refused, as a participle
   */
  public void requireAccess(boolean write, String what) {
    requireOpen();
    if (access == Access.NONE || (write && access == Access.READ_ONLY)) {
      throw new UnsupportedOperationException(
          "pages with Access." + access + " cannot be " + what + ": " + describe());
    }
  }

  /** The exception for a page that a call has met and that is not available. */
  public LostPageException lost(String call, long offset, long length) {
    return errors().lost(call, offset, length, size, request.offset() + offset);
  }

  public void requireFileWritable(String what) {
    if (!isShared() || request.access() != Access.READ_WRITE) {
      throw new UnsupportedOperationException(
          what + " is for files that are mapped with Access.READ_WRITE, not for " + describe());
    }
  }

  /** Whether changes are the file's. */
  public boolean isShared() {
    return handle != MmapBackend.NO_HANDLE && request.access() != Access.COPY_ON_WRITE;
  }

  public AddressRange addresses() {
    return addresses;
  }

  public long address() {
    return addresses.address();
  }

  public long lead() {
    return lead;
  }

  /**
   * Returns where the first byte of the region lies, for native code.
   *
   * @return its address, zero if nothing is mapped
   */
  public long startOfRegion() {
    requireOpen();
    return addresses.address() == 0 ? 0 : addresses.address() + lead;
  }

  public long handle() {
    return handle;
  }

  /** Where the first page of a range begins. */
  public long start(long offset) {
    return (addresses.address() + lead + offset) & -os.pageSize();
  }

  /** From there to where its last page ends. */
  public long span(long offset, long length) {
    if (length == 0) {
      return 0;
    }
    long page = os.pageSize();
    long end = (addresses.address() + lead + offset + length + page - 1) & -page;
    return end - start(offset);
  }

  /** What the pages of this region are the size of. */
  public long unit() {
    return Math.max(os.pageSize(), request.layout().hugePage());
  }

  /** How many bytes of addresses a size takes, whole pages. */
  public long mapped(long size) {
    return size == 0 ? 0 : (lead + size + unit() - 1) & -unit();
  }

  /** Publishes a new size, after the pages are there. */
  public void resized(long to, Allocation with) {
    reached = Math.max(reached, to);
    allocation = with;
    size = to;
  }

  /**
   * Returns a path of the open file.
   *
   * @return empty where there is none
   */
  public Optional<Path> descriptorPath() {
    requireOpen();
    Path path = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "" + handle);
    return handle >= 0 && Platform.isLinux() && Files.exists(path)
        ? Optional.of(path)
        : Optional.empty();
  }

  public OsErrors errors() {
    return new OsErrors(os, request.source(), handle);
  }

  /**
   * Returns what the mapping was made from.
   *
   * @return as given
   */
  public MapRequest request() {
    return request;
  }

  /**
   * Returns what may be done with the bytes now.
   *
   * @return as mapped, or as {@code Views.protect} left it
   */
  public Access access() {
    return access;
  }

  /**
   * Returns the size of the region.
   *
   * @return bytes
   */
  public long size() {
    return size;
  }

  /**
   * Returns what became of the file's storage.
   *
   * @return as found when mapping or growing
   */
  public Allocation allocation() {
    return allocation;
  }

  /**
   * Returns what people call the file.
   *
   * @return its name, or a word
   */
  public String name() {
    String name = request.source().name(isOpen() ? handle : MmapBackend.NO_HANDLE);
    return name == null ? "file" : name;
  }

  /**
   * Returns where the region was mapped.
   *
   * @return a stack trace, null unless {@link CreationSites} is on
   */
  public @Nullable Throwable creationSite() {
    return creationSite;
  }

  /**
   * Returns a few words for people to read.
   *
   * @return source, range, access and whether it is open
   */
  @Override
  public String describe() {
    return name()
        + " "
        + request.offset()
        + "+"
        + size
        + " "
        + access
        + (isOpen() ? "" : " closed");
  }
}
