// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.BroadcastReceiver;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

// recipe: buffers of Agrona
/** What several processes share in one file: messages to one, messages to all, counters. */
final class AgronaRecipe implements AutoCloseable {
  private static final int RING = (1 << 16) + RingBufferDescriptor.TRAILER_LENGTH;
  private static final int BROADCAST = (1 << 16) + BroadcastBufferDescriptor.TRAILER_LENGTH;
  private static final int VALUES = 64 * CountersReader.COUNTER_LENGTH;
  private static final int LABELS = 64 * CountersReader.METADATA_LENGTH;

  private final MappedRegion region;

  /** Every process calls this with the same file; the first one makes it. */
  AgronaRecipe(Path file) throws IOException {
    int size = RING + BROADCAST + VALUES + LABELS;
    region = Mmap.file(file).access(Access.READ_WRITE).range(0, size).extend().map();
  }

  ManyToOneRingBuffer toOne() {
    return new ManyToOneRingBuffer(part(0, RING));
  }

  BroadcastTransmitter toAll() {
    return new BroadcastTransmitter(part(RING, BROADCAST));
  }

  BroadcastReceiver fromOne() {
    return new BroadcastReceiver(part(RING, BROADCAST));
  }

  /** For the one process that creates counters. */
  CountersManager counters() {
    return new CountersManager(labels(), values());
  }

  /** For the processes that look at them. */
  CountersReader counterValues() {
    return new CountersReader(labels(), values());
  }

  AtomicBuffer values() {
    return part(RING + BROADCAST, VALUES);
  }

  private AtomicBuffer labels() {
    return part(RING + BROADCAST + VALUES, LABELS);
  }

  private AtomicBuffer part(long offset, int length) {
    return new UnsafeBuffer(region.buffer(offset, length)); // keeps the memory mapped
  }

  /**
   * Costs nothing for each access and keeps nothing mapped: the region has to stay open, and be
   * reachable, for as long as the buffer is used.
   */
  static AtomicBuffer byAddress(MappedRegion region, long offset, int length) {
    return new UnsafeBuffer(region.address() + offset, length);
  }

  @Override
  public void close() {
    region.close();
  }
}
// end
