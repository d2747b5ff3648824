// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import io.mmapio.SyncMode;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.Resizer;
import io.mmapio.internal.pages.BulkCopy;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A file by way of a shared region of it. The region is not touched where the file can be read and
 * written; it is what a range is synced by, and it keeps its descriptor when a thread is
 * interrupted.
 */
public final class MappedStorage implements Storage {
  private final Object region; // kept reachable as long as this object
  private final Mapping mapping;
  private final BulkCopy copies;

  public MappedStorage(Object region, Mapping mapping) {
    this.region = region;
    this.mapping = mapping;
    this.copies = new BulkCopy(mapping);
  }

  @Override
  public long size() throws IOException {
    try {
      long size = mapping.calling(() -> mapping.os.size(mapping.handle()));
      return mapping.check("open", size, 0, mapping.size());
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    try {
      copies.copy(offset, target, /* in= */ false);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    try {
      copies.copy(offset, source, /* in= */ true);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void sync(long offset, long length) throws IOException {
    try {
      WriteBack.sync(mapping, offset, length, SyncMode.DURABLE, /* invalidate= */ false);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void uncache() throws IOException {
    try {
      Eviction.evict(mapping, 0, mapping.size());
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void grow(long size) throws IOException {
    try {
      Resizer.grow(mapping, Math.max(size, mapping.size()), StartOptions.ALL);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void trim(long size) {
    try {
      if (size < mapping.size()) {
        mapping.trimOnClose(size);
      }
    } finally {
      Reference.reachabilityFence(region);
    }
  }
}
