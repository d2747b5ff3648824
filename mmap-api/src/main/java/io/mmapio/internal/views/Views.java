// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.views;

import io.mmapio.Access;
import io.mmapio.internal.lifetime.AddressRange;
import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.mapping.Mapping;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the views of one mapping, so that no view allows more than the access of the mapping.
 *
 * <p>A view is a slice of a root: a buffer over as much of the mapping as one buffer can cover. The
 * JDK's slices and segments keep a reference to the buffer that they were created from. So one
 * phantom reference to the root tells when its last view is gone, and a view needs no reference
 * object of its own. Roots begin at multiples of {@link #STRIDE} and overlap, so a view that is not
 * longer than that lies inside one root, wherever it begins. Roots are created on demand and held
 * weakly here, so they disappear with their last view.
 */
public final class Views {
  private static final int STRIDE_BITS = 30;
  private static final long STRIDE = 1L << STRIDE_BITS;

  private final Mapping mapping;
  private final long extent; // bytes from the start of the region to the end of its addresses

  /** One root for each stride. Created with the first root, under the lock of this object. */
  private volatile Stride @Nullable [] strides;

  /** Holds the root of a stride while a view of it is reachable. */
  private static final class Stride {
    volatile @Nullable WeakReference<ByteBuffer> root;

    @Nullable ByteBuffer get() {
      WeakReference<ByteBuffer> reference = root;
      return reference == null ? null : reference.get();
    }
  }

  /**
   * Creates an object without any views.
   *
   * @param mapping whose views these are; it does not hold this object
   */
  public Views(Mapping mapping) {
    this.mapping = mapping;
    this.extent = Math.max(0, mapping.addresses().length() - mapping.geometry().lead());
  }

  /**
   * Returns a range as a buffer. This method takes no lock if a view of that part of the region is
   * reachable. The method and its callees in that case are small, so that the JIT inlines them into
   * the caller and may not even allocate the buffer.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @return a buffer that keeps the pages mapped while it or a view of it is reachable
   */
  public ByteBuffer buffer(long offset, int length) {
    ByteBuffer root = reachableRoot(offset);
    int within = within(offset);
    if (root == null || length > root.capacity() - within) {
      return slowBuffer(offset, length);
    }
    mapping.requireViewable();
    return root.slice(within, length);
  }

  private ByteBuffer slowBuffer(long offset, int length) {
    return mapping.whileOpen(new SlowBuffer(offset, length));
  }

  private final class SlowBuffer implements Supplier<ByteBuffer> {
    private final long offset;
    private final int length;

    SlowBuffer(long offset, int length) {
      this.offset = offset;
      this.length = length;
    }

    @Override
    public ByteBuffer get() {
      boolean writable = requireAccess();
      ByteBuffer root = root(offset, writable);
      int within = within(offset);
      return length <= root.capacity() - within
          ? root.slice(within, length)
          : newRoot(offset, length, writable);
    }
  }

  /**
   * Returns a range as a {@code MemorySegment}, on a JDK that {@linkplain Segments#isSegment has}
   * this type.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @param arena whose scope the segment receives, or null
   * @return a segment that keeps the pages mapped while it or a view of it is reachable, and its
   *     arena is alive
   */
  public Object segment(long offset, long length, @Nullable AutoCloseable arena) {
    // unload() throws away what was written to private memory, so its segment is not mapped.
    boolean mapped = mapping.isShared();
    ByteBuffer root = mapping.whileOpen(() -> root(offset, requireAccess()));
    return Segments.of(mapping.os, root, within(offset), length, mapped, arena);
  }

  /**
   * Discards the roots after a change of access. Called when no reachable root allows more than the
   * new access, and while no root is being created.
   */
  public void accessChanged() {
    strides = null;
  }

  private static int within(long offset) {
    return (int) (offset & (STRIDE - 1));
  }

  /**
   * Returns the root that contains an offset, if a view of that root is reachable. Code that holds
   * a root may use it: closing only replaces the memory by a tombstone, and {@link Protection}
   * never removes an access that a root allows. So it is enough to check that the region is open
   * after the root is held.
   */
  private @Nullable ByteBuffer reachableRoot(long offset) {
    Stride[] all = strides;
    return all == null ? null : all[(int) (offset >>> STRIDE_BITS)].get();
  }

  private synchronized ByteBuffer root(long offset, boolean writable) {
    Stride[] all = strides;
    if (all == null) {
      all = new Stride[(int) (extent >>> STRIDE_BITS) + 1];
      for (int i = 0; i < all.length; i++) {
        all[i] = new Stride();
      }
      strides = all;
    }
    Stride stride = all[(int) (offset >>> STRIDE_BITS)];
    ByteBuffer root = stride.get();
    if (root == null) {
      long start = offset & -STRIDE;
      root = newRoot(start, (int) Math.min(Integer.MAX_VALUE, extent - start), writable);
      stride.root = new WeakReference<>(root);
    }
    return root;
  }

  private ByteBuffer newRoot(long offset, int length, boolean writable) {
    AddressRange addresses = mapping.addresses();
    long address = addresses.address() + mapping.geometry().lead() + offset;
    ByteBuffer root = mapping.os.view(address, length, mapping.descriptor().get(), !writable);
    addresses.viewAdded(writable);
    boolean watched = false;
    try {
      Reaper.watchRoot(root, addresses, writable);
      watched = true;
    } finally {
      if (!watched) {
        addresses.collected(writable); // nobody has the root, and no memory for the watch
      }
    }
    return root;
  }

  private boolean requireAccess() {
    if (mapping.access() == Access.NONE) {
      throw new UnsupportedOperationException(
          "a region with Access.NONE has no views: touching them would end the JVM");
    }
    mapping.requireViewable();
    return mapping.access() != Access.READ_ONLY;
  }
}
