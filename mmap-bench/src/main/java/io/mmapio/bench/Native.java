// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.nio.file.Path;

/**
 * The limit: the same work in C++. The library is built beside the benchmarks, on Linux only, and
 * found by {@code -Dmmapio.bench.library}.
 */
final class Native {
  private static final String LIBRARY = System.getProperty("mmapio.bench.library", "none");

  static {
    if (isAvailable()) {
      System.load(Path.of(LIBRARY).toAbsolutePath().toString());
    }
  }

  private Native() {}

  /** Whether there is a C++ reference on this machine. */
  static boolean isAvailable() {
    return !LIBRARY.equals("none");
  }

  static native void storeRandomly(long address, long words, int count, long seed);

  static native long loadRandomly(long address, long words, int count, long seed);

  static native void storeSequentially(long address, int count);

  static native void storeRecords(long address, long record, int length, int count);

  /** Zeroed memory that is never given back. */
  static native long allocate(int length);

  static native int open(String path);

  static native void close(int descriptor);

  /** Zero if it fails. */
  static native long map(int descriptor, long size);

  /** Storage first, huge pages where the file system has them. Zero if it fails. */
  static native long allocateAndMap(int descriptor, long size);

  static native void unmap(long address, long size);

  static native int sync(long address, long size);

  static native int willNeed(long address, long size);

  static native int normal(long address, long size);

  /** By process_vm_readv, which reports a lost page as an error. */
  static native long readChecked(long to, long address, long size);

  /** One call of mincore, for at most 64 MiB. */
  static native int mincore(long address, long size);

  static native long resident(long address, long size, int page);
}
