// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;
import io.mmapio.Allocation;
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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a region is inside: what was mapped where, and what may be done with it.
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
  private final PageGeometry geometry;
  private final ViewDescriptor descriptor;

  private volatile long size;
  private volatile Allocation allocation;
  private volatile Access access;
  private long reached; // the largest size there was: views of it may be around

  private volatile @Nullable Long trimTo; // null for never
  private volatile @Nullable MmapException failedSync; // the first that lost data
  private static final long ALWAYS = Long.MAX_VALUE; // which is no nanoTime() | 1 of this century
  private volatile long residencyVisibleUntil; // System.nanoTime(), zero for never, or ALWAYS
  private volatile @Nullable ChangeTracking changes; // null before the first mark
  private final @Nullable Throwable creationSite = CreationSites.here();
  private WatchList.@Nullable Watch watch; // of the region, written before anybody else sees it

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
    this.geometry =
        new PageGeometry(
            addresses.address(),
            lead,
            os.pageSize(),
            Math.max(os.pageSize(), request.layout().hugePage()));
    this.descriptor = new ViewDescriptor(os, handle);
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

  /** The region was collected, and nobody had closed it. */
  @Override
  public void collected() {
    CreationSites.reportUnclosed(describe(), creationSite);
    end(/* closed= */ false);
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
    shutting(new MappingEnd(this, closed, span, name));
  }

  /**
   * Has closing cut off what was not used.
   *
   * @param used bytes of the region to keep
   */
  public void trimOnClose(long used) {
    AccessRules.requireWritableFile(this, "trimming");
    long result =
        calling(
            () -> {
              trimTo = used;
              return 0;
            });
    if (result == DAMAGED) {
      throw new UncheckedIOException(LostPages.damage(this, "trimOnClose"));
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
      throw LostPages.damage(this, call);
    }
    return errors().check(call, result, offset, length);
  }

  /** The error of the sync that lost data, null if none did: no later one can succeed. */
  public @Nullable MmapException failedSync() {
    return failedSync;
  }

  public void syncFailed(MmapException e) {
    failedSync = e;
  }

  /**
   * Whether {@link io.mmapio.internal.pages.ResidencyScan#isResidencyVisible} need not ask the
   * system again yet.
   */
  public boolean isResidencyKnownVisible() {
    long until = residencyVisibleUntil;
    return until == ALWAYS || (until != 0 && System.nanoTime() - until < 0);
  }

  /** Nobody can ask again: the file is let go. */
  void residencyStaysVisible() {
    residencyVisibleUntil = ALWAYS;
  }

  public void residencyIsVisible(long forNanos) {
    residencyVisibleUntil = (System.nanoTime() + forNanos) | 1;
  }

  @Override
  public boolean isDamaged() {
    LostPageGuard guard = addresses.guard();
    return guard != null && guard.lostPage() != 0;
  }

  /** Whether a view may be taken. */
  public void requireViewable() {
    requireOpen();
    if (isDamaged()) {
      throw new UncheckedIOException(LostPages.damage(this, "view"));
    }
  }

  /** Whether the pages were read from a file, which the region may have let go. */
  public boolean isOfFile() {
    return handle != MmapBackend.NO_HANDLE || request.withoutDescriptor();
  }

  /** Whether changes are the file's. */
  public boolean isShared() {
    return isOfFile() && request.access() != Access.COPY_ON_WRITE;
  }

  public AddressRange addresses() {
    return addresses;
  }

  /** Where the bytes lie. */
  public PageGeometry geometry() {
    return geometry;
  }

  /** What the JDK takes for the file of a buffer. */
  public ViewDescriptor descriptor() {
    return descriptor;
  }

  /** Where the first byte of the region lies, for native code; zero if nothing is mapped. */
  public long startOfRegion() {
    requireOpen();
    return geometry.addressOf(0);
  }

  public long handle() {
    return handle;
  }

  /** Publishes a new size, after the pages are there. */
  public void resized(long to, Allocation with) {
    reached = Math.max(reached, to);
    allocation = with;
    boolean shrunk = to < size;
    size = to;
    if (shrunk) {
      waits.hurry(); // a word may be gone
    }
  }

  /** Which pages were written; null before anybody has asked for it. */
  public @Nullable ChangeTracking changes() {
    return changes;
  }

  void tracked(ChangeTracking tracking) {
    changes = tracking;
  }

  /** To be called after bytes were changed by another call than a store to their pages. */
  public void changed(long address, long bytes) {
    ChangeTracking tracking = changes;
    if (tracking != null && bytes > 0) {
      tracking.changed(address, bytes);
    }
  }

  /** A path of the open file; empty where there is none. */
  public Optional<Path> descriptorPath() {
    requireOpen();
    return Platform.pathOfDescriptor(handle);
  }

  /** How much of the file closing keeps. */
  long trimTo() {
    Long used = trimTo;
    return used == null ? Long.MAX_VALUE : used;
  }

  /** The largest size there was. */
  long reached() {
    return reached;
  }

  public OsErrors errors() {
    return new OsErrors(os, request.source(), handle);
  }

  /** What the mapping was made from, as given. */
  public MapRequest request() {
    return request;
  }

  /** What may be done with the bytes now: as mapped, or as {@code Views.protect} left it. */
  public Access access() {
    return access;
  }

  /** The size of the region in bytes. */
  public long size() {
    return size;
  }

  /**
   * Where the second half of a mirrored region begins, which is the same bytes as the first; far
   * behind the end of every other region.
   */
  public long half() {
    return request.layout().mirrored() ? size / 2 : Long.MAX_VALUE;
  }

  /**
   * How much of a range is one range of the file too: in a mirrored region, what lies in the half
   * where it begins.
   */
  public long withinHalf(long offset, long length) {
    long half = half();
    return offset < half && offset + length > half ? half - offset : length;
  }

  /**
   * Where in the file a byte of the region lies. The first page may begin before the region, at an
   * offset below zero.
   */
  public long inFile(long offset) {
    long half = half();
    return request.offset() + (offset < half ? offset : offset - half);
  }

  /** What became of the file's storage, as found when mapping or growing. */
  public Allocation allocation() {
    return allocation;
  }

  /** What people call the file: its name, or a word. */
  public String name() {
    String name = request.source().name(isOpen() ? handle : MmapBackend.NO_HANDLE);
    return name == null ? "file" : name;
  }

  /** Where the region was mapped; null unless {@link CreationSites} is on. */
  public @Nullable Throwable creationSite() {
    return creationSite;
  }

  /** A few words for people to read: source, range, access and whether it is open. */
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
