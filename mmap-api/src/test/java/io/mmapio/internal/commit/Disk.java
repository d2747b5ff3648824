// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A file on a disk that may lose its power: what was synced is durable, and of what was not, every
 * sector may have any of the contents that it had since. Reads see what was written last.
 */
final class Disk implements Storage {
  /** Bytes that are written whole or not at all. */
  static final int SECTOR = 512;

  /** What a power cut leaves of what was written and not synced. */
  enum Cut {
    NOTHING,
    ALL,
    FIRST_WRITES,
    LAST_SECTORS,
    ANYTHING
  }

  private final boolean syncs;
  private byte[] written;
  private byte[] durable;

  /** The contents that a sector was given since it was durable, by its number. */
  private final TreeMap<Integer, List<byte[]>> pending = new TreeMap<>();

  /** The sectors in the order in which they were written. */
  private final List<Integer> order = new ArrayList<>();

  /** When the power goes: after so many sectors, which is counted by all disks of a machine. */
  private final Power power;

  /** The power of a machine. */
  static final class Power {
    long sectorsLeft = Long.MAX_VALUE;

    /** The write or sync that fails without a power cut, counted from here; -1 for none. */
    long failAt = -1;

    void sector() throws IOException {
      if (sectorsLeft-- <= 0) {
        throw new PowerCut();
      }
      if (failAt >= 0 && failAt-- == 0) {
        throw new Failure();
      }
    }

    /** So that a cut can come between a write and a sync, or right after a sync. */
    void call() throws IOException {
      sector();
    }
  }

  /** The power is gone. */
  static final class PowerCut extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** A call has failed. */
  static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;
  }

  Disk(byte[] contents, Power power, boolean syncs) {
    this.written = contents.clone();
    this.durable = contents.clone();
    this.power = power;
    this.syncs = syncs;
  }

  /** What is on the disk when the power is back. */
  byte[] after(Cut cut, Random random) {
    byte[] left = durable.clone();
    int some = order.isEmpty() ? 0 : random.nextInt(order.size() + 1);
    for (int i = 0; i < order.size(); i++) {
      boolean kept =
          switch (cut) {
            case NOTHING -> false;
            case ALL -> true;
            case FIRST_WRITES -> i < some;
            case LAST_SECTORS -> i >= some;
            case ANYTHING -> random.nextBoolean();
          };
      List<byte[]> versions = pending.get(order.get(i));
      if (kept && versions != null) {
        int version = cut == Cut.ANYTHING ? random.nextInt(versions.size()) : versions.size() - 1;
        byte[] sector = versions.get(version);
        System.arraycopy(sector, 0, left, order.get(i) * SECTOR, sector.length);
      }
    }
    return left;
  }

  /** What a reader sees. */
  byte[] contents() {
    return written.clone();
  }

  @Override
  public long size() {
    return written.length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    target.put(written, (int) offset, target.remaining());
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      power.sector();
      int at = (int) offset;
      int sector = at / SECTOR;
      int some = Math.min(source.remaining(), (sector + 1) * SECTOR - at);
      source.get(written, at, some);
      int end = Math.min(written.length, (sector + 1) * SECTOR);
      byte[] contents = Arrays.copyOfRange(written, sector * SECTOR, end);
      pending.computeIfAbsent(sector, unused -> new ArrayList<>()).add(contents);
      order.add(sector);
      offset += some;
    }
  }

  @Override
  public void sync(long offset, long length) throws IOException {
    power.call();
    if (!syncs) {
      return;
    }
    int first = (int) offset / SECTOR;
    int last = (int) ((offset + length - 1) / SECTOR);
    for (int sector : List.copyOf(pending.subMap(first, true, last, true).keySet())) {
      List<byte[]> versions = pending.remove(sector);
      byte[] newest = versions.get(versions.size() - 1);
      System.arraycopy(newest, 0, durable, sector * SECTOR, newest.length);
    }
    order.removeIf(sector -> sector >= first && sector <= last);
    power.call();
  }

  /** Durable at once, as a file system may order it: the worst for an old journal. */
  @Override
  public void uncache() {
    // What is read is the same with a cache and without one.
  }

  @Override
  public void grow(long size) throws IOException {
    power.call();
    if (size > written.length) {
      written = Arrays.copyOf(written, (int) size);
      durable = Arrays.copyOf(durable, (int) size);
    }
  }

  @Override
  public void trim(long size) {
    // The power goes before anything is closed.
  }
}
