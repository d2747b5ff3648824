// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.internal.telemetry.CreationSites;
import io.mmapio.spi.MmapBackend;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Guards the addresses of a region, and after closing its tombstone, until they are unmapped. The
 * fault handler is in C++. A thread of this class waits for the handler and logs each first hit of
 * a region, whether or not the region is called again.
 */
public final class LostPageGuard {
  private static final System.Logger LOGGER = System.getLogger("io.mmapio");

  private static final long NOT_ENDED = -1;

  private static final Set<LostPageGuard> ALL = ConcurrentHashMap.newKeySet();
  private static final IdentityHashMap<MmapBackend, HousekeepingThread> LISTENERS =
      new IdentityHashMap<>(); // its own lock

  private final MmapBackend os;
  private final long number;
  private final ByteBuffer loss;
  private final long address;
  private final String file;
  private final @Nullable Throwable creationSite;
  private boolean lossLogged; // under the lock of this
  private boolean useLogged;

  /** The lost page at the end of this guard. Afterwards, its number may belong to another guard. */
  private volatile long lostInTheEnd = NOT_ENDED;

  /**
   * Takes ownership of a guard that {@link MmapBackend#guard} created.
   *
   * @param number of the guard
   * @param address where its range begins
   * @param file name of the file for messages
   */
  public LostPageGuard(MmapBackend os, long number, long address, String file) {
    this.os = os;
    this.number = number;
    this.loss = os.lossWord(number).order(ByteOrder.nativeOrder());
    this.address = address;
    this.file = file;
    this.creationSite = CreationSites.here();
    ALL.add(this);
    listen(os);
  }

  /** Returns the address of the first lost page, or zero if no page was lost. */
  public long lostPage() {
    VarHandle.loadLoadFence(); // not before what the caller has read of its views
    long lost = loss.getLong(0);
    long end = lostInTheEnd; // asked last: until then the number was ours
    return end == NOT_ENDED ? lost : end;
  }

  /** See {@link MmapBackend#entombGuarded}. */
  public long entomb(long bytes) {
    return os.entombGuarded(number, address, bytes);
  }

  /** Ends the guard. The addresses are unreachable by then and still in use. */
  public synchronized void end() {
    report();
    lostInTheEnd = lostPage();
    ALL.remove(this);
    os.unguard(number);
  }

  private synchronized void report() {
    if (lostInTheEnd != NOT_ENDED) {
      return;
    }
    long lost = lostPage();
    if (lost != 0 && !lossLogged) {
      lossLogged = true;
      log(
          "a page of "
              + file
              + ", "
              + (lost - address)
              + " bytes into its mapping, is not available"
              + " and reads as zeros; the next call of its region throws LostPageException");
    }
    long used = os.lostPage(number, /* afterClosing= */ true);
    if (used != 0 && !useLogged) {
      useLogged = true;
      log(
          "a view of "
              + file
              + " was used after its region was closed, "
              + (used - address)
              + " bytes into its mapping"
              + (creationSite == null
                  ? "; " + CreationSites.PROPERTY + "=true tells where it was mapped"
                  : ""));
    }
  }

  private void log(String message) {
    LOGGER.log(System.Logger.Level.WARNING, message, creationSite);
  }

  /**
   * Starts the listening thread of a backend, if it is not running. In practice there is one
   * backend.
   */
  private static void listen(MmapBackend os) {
    HousekeepingThread listener;
    synchronized (LISTENERS) {
      listener =
          LISTENERS.computeIfAbsent(
              os, backend -> new HousekeepingThread("mmap-io guard", new Listening(backend)));
    }
    listener.wake();
  }

  private record Listening(MmapBackend os) implements HousekeepingThread.Work {
    @Override
    public boolean isBusy() {
      long result = os.awaitLostPage(HousekeepingThread.PATIENCE_MILLIS);
      if (result > 0) {
        ALL.forEach(LostPageGuard::report);
      } else if (result < 0) {
        // Losses are then reported only when the region is called or closed.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HousekeepingThread.PATIENCE_MILLIS));
      }
      return result > 0;
    }

    @Override
    public boolean isNeeded() {
      return !ALL.isEmpty();
    }
  }
}
