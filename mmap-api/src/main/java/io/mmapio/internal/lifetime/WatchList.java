// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * What is watched until the collector has found it: a reference that is itself collected is never
 * enqueued, so it hangs here. In arrays, and not in a chain, along which the collector could only
 * walk link by link: there may be hundreds of thousands between two collections.
 */
public final class WatchList {
  private static final int CHUNK = 1 << 12; // watches

  private final List<Watch[]> chunks = new ArrayList<>(); // the last of them is partly filled
  private volatile int size; // written under the lock

  /** Acts once, on the reaper's thread, when an object cannot be reached any more. */
  public abstract static class Watch extends PhantomReference<Object> {
    private static final int NOWHERE = -1;

    private final WatchList list;
    private int index = NOWHERE;

    /**
     * Watches an object as soon as it is {@linkplain #add added}.
     *
     * @param watched neither this watch nor what it holds may hold it
     */
    Watch(Object watched, ReferenceQueue<Object> queue, WatchList list) {
      super(watched, queue);
      this.list = list;
    }

    /** Runs on the reaper's thread. */
    abstract void collected();

    /** Takes the watch off: it will not act, unless it does already. */
    public final void cancel() {
      list.remove(this);
    }

    /**
     * Takes the watch off because its object was found.
     *
     * @return false if it was off already
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

  /** The last one takes the place. */
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
    // One empty chunk stays, lest the next one that comes makes it again.
    if (chunks.size() * CHUNK - last > 2 * CHUNK) {
      chunks.remove(chunks.size() - 1);
    }
    return true;
  }

  private void put(int at, Watch watch) {
    chunks.get(at / CHUNK)[at % CHUNK] = watch;
    watch.index = at;
  }

  /** Returns how many there are, without waiting for anybody. */
  public int size() {
    return size;
  }

  /** Returns all of them, in no order. */
  public synchronized List<Watch> all() {
    List<Watch> all = new ArrayList<>(size);
    for (int at = 0; at < size; at++) {
      all.add(chunks.get(at / CHUNK)[at % CHUNK]);
    }
    return all;
  }
}
