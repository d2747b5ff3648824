// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/** What this thread takes from the heap: whoever copies a file to it takes at least its size. */
final class Allocations {
  private Allocations() {}

  /** Fails if more than some bytes are allocated. */
  static <T> T atMost(long bytes, Callable<T> work) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    T result = work.call();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated <= bytes, allocated + " bytes on the heap, over " + bytes);
    return result;
  }
}
