// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * The watches whose objects have not been collected yet. A phantom reference that is itself
 * collected is never enqueued, so this list keeps it alive. The list uses arrays and not a chain,
 * because the garbage collector could walk a chain only link by link, and there may be hundreds of
 * thousands of watches between two collections.
 */
public final class WatchList {
  private static final int CHUNK = 1 << 12; // watches

  private final List<Watch[]> chunks = new ArrayList<>(); // the last of them is partly filled
  private volatile int size; // written under the lock

  /** Acts once, on the reaper's thread, when an object has become unreachable. */
  public abstract static class Watch extends PhantomReference<Object> {
    private static final int NOWHERE = -1;

    private final WatchList list;
    private int index = NOWHERE;

    /**
     * Watches an object as soon as the watch is {@linkplain #add added}.
     *
     * @param watched must not be held by this watch or by anything that it holds
     */
    Watch(Object watched, ReferenceQueue<Object> queue, WatchList list) {
      super(watched, queue);
      this.list = list;
    }

    /** Runs on the reaper's thread. */
    abstract void collected();

    /** Cancels the watch. It does not act afterwards, unless it is acting already. */
    public final void cancel() {
      list.remove(this);
    }

    /**
     * Removes the watch because its object was found.
     *
     * @return false if the watch was removed before
     */
    final boolean found() {
      return list.remove(this);
    }
  }

  public synchronized void add(Watch watch) {
    int at = size;
    if (at == chunks.size() * CHUNK) {
      chunks.add(new Watch[CHUNK]);
    }
    put(at, watch);
    size = at + 1;
  }

  /** Removes a watch. The last watch takes its place. */
  private synchronized boolean remove(Watch watch) {
    if (watch.index == Watch.NOWHERE) {
      return false;
    }
    int last = size - 1;
    Watch[] chunk = chunks.get(last / CHUNK);
    put(watch.index, chunk[last % CHUNK]);
    chunk[last % CHUNK] = null;
    watch.index = Watch.NOWHERE;
    size = last;
    // One empty chunk stays, so that the next watch need not create it again.
    if (chunks.size() * CHUNK - last > 2 * CHUNK) {
      chunks.remove(chunks.size() - 1);
    }
    return true;
  }

  private void put(int at, Watch watch) {
    chunks.get(at / CHUNK)[at % CHUNK] = watch;
    watch.index = at;
  }

  /** Returns the number of watches, without waiting for a lock. */
  public int size() {
    return size;
  }

  /** Returns all watches, in no particular order. */
  public synchronized List<Watch> all() {
    List<Watch> all = new ArrayList<>(size);
    for (int at = 0; at < size; at++) {
      all.add(chunks.get(at / CHUNK)[at % CHUNK]);
    }
    return all;
  }
}
