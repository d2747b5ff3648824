// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.views;

import io.mmapio.Access;
import io.mmapio.internal.lifetime.AddressRange;
import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.mapping.Mapping;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the views of one mapping, and sees to it that none can do more than its access.
 *
 * <p>A view is a slice of a root: a buffer over as much of the mapping as a buffer can have. The
 * JDK's slices and segments hold the buffer that they were made of, so one phantom reference to the
 * root tells when the last of them is gone, and a view costs no reference of its own. Roots begin
 * at multiples of {@link #STRIDE} and overlap: a view that is not longer lies inside one of them,
 * wherever it begins. They are made when they are needed and, being held weakly here, are gone with
 * their last view.
 */
public final class Views {
  private static final int STRIDE_BITS = 30;
  private static final long STRIDE = 1L << STRIDE_BITS;

  private final Mapping mapping;
  private final long extent; // bytes from the start of the region to the end of its addresses

  /** A root for each stride. Made with the first root, under the lock of this. */
  private volatile Stride[] strides = {};

  /** Where the root of a stride is to be found while a view of it can be reached. */
  private static final class Stride {
    volatile @Nullable WeakReference<ByteBuffer> root;

    @Nullable ByteBuffer get() {
      WeakReference<ByteBuffer> reference = root;
      return reference == null ? null : reference.get();
    }
  }

  /**
   * Hands out nothing yet.
   *
   * @param mapping whose views these are; it does not hold this
   */
  public Views(Mapping mapping) {
    this.mapping = mapping;
    this.extent = Math.max(0, mapping.addresses().length() - mapping.geometry().lead());
  }

  /**
   * Returns a range as a buffer. Takes no lock if a view of that part of the region is around. This
   * method and what it calls then are small, so that the JIT inlines them with their caller, and
   * the buffer may not even be allocated.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @return a buffer that keeps the pages while it or a view of it can be reached
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
    return mapping.whileOpen(
        () -> {
          boolean writable = requireAccess();
          ByteBuffer root = root(offset, writable);
          int within = within(offset);
          return length <= root.capacity() - within
              ? root.slice(within, length)
              : newRoot(offset, length, writable);
        });
  }

  /**
   * Returns a range as a {@code MemorySegment}, on a JDK that {@linkplain Segments#isSegment has}
   * them.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @param arena null, or the one whose scope the segment is to have
   * @return a segment that keeps the pages while it or a view of it can be reached, and its arena
   *     is alive
   */
  public Object segment(long offset, long length, @Nullable AutoCloseable arena) {
    // unload() throws away what was written to private memory: that is no mapped segment.
    boolean mapped = mapping.isShared();
    ByteBuffer root = mapping.whileOpen(() -> root(offset, requireAccess()));
    return Segments.of(mapping.os, root, within(offset), length, mapped, arena);
  }

  /**
   * Other access, other roots: called when no root can be reached that could do more than is
   * allowed from now on, and while none is made.
   */
  public void accessChanged() {
    strides = new Stride[0];
  }

  private static int within(long offset) {
    return (int) (offset & (STRIDE - 1));
  }

  /**
   * Returns the root that an offset lies in if some view of it can be reached. Whoever holds a root
   * may use it: closing only puts a tombstone there, and {@link Protection} takes nothing away that
   * a root can do. So it is enough that the region is open once the root is held.
   */
  private @Nullable ByteBuffer reachableRoot(long offset) {
    Stride[] all = strides;
    int stride = (int) (offset >>> STRIDE_BITS);
    return stride < all.length ? all[stride].get() : null;
  }

  private synchronized ByteBuffer root(long offset, boolean writable) {
    if (strides.length == 0) {
      Stride[] all = new Stride[(int) (extent >>> STRIDE_BITS) + 1];
      Arrays.setAll(all, i -> new Stride());
      strides = all;
    }
    Stride stride = strides[(int) (offset >>> STRIDE_BITS)];
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
