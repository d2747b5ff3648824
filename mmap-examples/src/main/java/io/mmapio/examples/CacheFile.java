// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A cache in a file: one process writes, any number of processes read without a lock.
 *
 * <p>A key belongs to a bucket of four slots. Each slot has a sequence number, which is odd while
 * the slot is written. A reader copies the slot and reads the number again: if the number has
 * changed, the copy is thrown away. A writer that dies leaves an odd number or a wrong checksum, so
 * its last entry is missing, and every other entry is there at once after a restart.
 */
final class CacheFile implements AutoCloseable {
  static final int SLOT = 512;

  private static final int WAYS = 4;
  private static final int SEQUENCE_AT = 0;
  private static final int CHECKSUM_AT = 4;
  private static final int HASH_AT = 8;
  private static final int LENGTH_AT = 16;
  private static final int BODY_AT = 24;
  private static final int MOST_TRIES = 1000;
  private static final int BODY_HEADER = Long.BYTES + Integer.BYTES;

  private static final VarHandle SEQUENCE =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final MappedRegion region;
  private final @Nullable FileChannel lock;
  private final long buckets;

  private CacheFile(MappedRegion region, @Nullable FileChannel lock) {
    this.region = region;
    this.lock = lock;
    this.buckets = region.size() / SLOT / WAYS;
  }

  /** What a slot has. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(long expiry, byte[] key, byte[] value) {}

  /** Opens a cache as its only writer, and creates it if it is not there. */
  static CacheFile write(Path path, long slots) throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path);
    }
    // The lock is on a file of its own: POSIX drops a lock when any descriptor of its file closes.
    FileChannel lock =
        FileChannel.open(
            path.resolveSibling(path.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        throw new IOException("another process writes " + path);
      }
      long size = Math.max(slots * SLOT, Files.size(path));
      return new CacheFile(
          Mmap.file(path)
              .access(Access.READ_WRITE)
              .range(0, size)
              .extend()
              .advise(Advice.RANDOM)
              .map(),
          lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Opens a cache to read it. */
  static CacheFile read(Path path) throws IOException {
    return new CacheFile(Mmap.file(path).advise(Advice.RANDOM).map(), /* lock= */ null);
  }

  long slots() {
    return buckets * WAYS;
  }

  /** Returns the value of a key, or null if there is none or its time is over. */
  byte @Nullable [] get(String key) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    long hash = hashOf(name);
    for (int way = 0; way < WAYS; way++) {
      ByteBuffer slot = slot(hash, way);
      if (slot.getLong(HASH_AT) == hash) { // may be torn, so the entry is checked too
        Entry entry = entryOf(slot);
        if (entry != null && Arrays.equals(entry.key, name)) {
          return entry.expiry > System.currentTimeMillis() ? entry.value : null;
        }
      }
    }
    return null;
  }

  /** Keeps a value for so long. The entry of its bucket that would expire first makes room. */
  synchronized void put(String key, byte[] value, long milliseconds) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    long expiry = System.currentTimeMillis() + milliseconds;
    byte[] body =
        ByteBuffer.allocate(BODY_HEADER + name.length + value.length)
            .putLong(expiry)
            .putInt(name.length)
            .put(name)
            .put(value)
            .array();
    if (body.length > SLOT - BODY_AT) {
      throw new IllegalArgumentException("too long for a slot: " + key);
    }
    write(slotFor(name), hashOf(name), body);
  }

  private static void write(ByteBuffer slot, long hash, byte[] body) {
    int odd = (int) SEQUENCE.getOpaque(slot, SEQUENCE_AT) | 1; // odd already, if a writer died here
    SEQUENCE.setOpaque(slot, SEQUENCE_AT, odd);
    VarHandle.storeStoreFence();
    slot.putLong(HASH_AT, hash);
    slot.putInt(LENGTH_AT, body.length);
    slot.putInt(CHECKSUM_AT, checksum(body));
    slot.put(BODY_AT, body);
    SEQUENCE.setRelease(slot, SEQUENCE_AT, odd + 1);
  }

  private ByteBuffer slotFor(byte[] key) {
    long hash = hashOf(key);
    ByteBuffer best = slot(hash, 0);
    long first = Long.MAX_VALUE;
    for (int way = 0; way < WAYS; way++) {
      ByteBuffer slot = slot(hash, way);
      Entry entry = entryOf(slot);
      if (entry != null && Arrays.equals(entry.key, key)) {
        return slot;
      }
      long expiry = entry == null ? 0 : entry.expiry;
      if (expiry < first) {
        first = expiry;
        best = slot;
      }
    }
    return best;
  }

  /**
   * Copies a slot, or returns null if it is empty, damaged, or left half written by a dead process.
   */
  private static @Nullable Entry entryOf(ByteBuffer slot) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      int before = (int) SEQUENCE.getAcquire(slot, SEQUENCE_AT);
      int length = slot.getInt(LENGTH_AT);
      int checksum = slot.getInt(CHECKSUM_AT);
      byte[] body = new byte[length >= BODY_HEADER && length <= SLOT - BODY_AT ? length : 0];
      slot.get(BODY_AT, body);
      VarHandle.acquireFence();
      if (before % 2 == 0 && before == (int) SEQUENCE.getOpaque(slot, SEQUENCE_AT)) {
        return body.length > 0 && checksum == checksum(body) ? parse(body) : null;
      }
      Thread.onSpinWait();
    }
    return null;
  }

  private static Entry parse(byte[] body) {
    ByteBuffer buffer = ByteBuffer.wrap(body);
    long expiry = buffer.getLong();
    byte[] key = new byte[buffer.getInt()];
    buffer.get(key);
    byte[] value = new byte[buffer.remaining()];
    buffer.get(value);
    return new Entry(expiry, key, value);
  }

  /** The state of a slot for a picture: 0 is empty or damaged, 1 is expired, 2 is in use. */
  int stateOf(long slot) {
    Entry entry = entryOf(region.buffer(slot * SLOT, SLOT));
    return entry == null ? 0 : entry.expiry > System.currentTimeMillis() ? 2 : 1;
  }

  private ByteBuffer slot(long hash, int way) {
    return region.buffer((Long.remainderUnsigned(hash, buckets) * WAYS + way) * SLOT, SLOT);
  }

  private static int checksum(byte[] body) {
    CRC32C sum = new CRC32C();
    sum.update(body);
    return (int) sum.getValue();
  }

  private static long hashOf(byte[] key) {
    long hash = 0;
    for (byte b : key) {
      hash = (hash ^ b) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  @Override
  public void close() throws IOException {
    region.close();
    if (lock != null) {
      lock.close();
    }
  }
}
