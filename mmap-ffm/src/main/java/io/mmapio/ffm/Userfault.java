// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/** The calls of userfaultfd(2) that protect pages, so that stores to them are found. */
final class Userfault {
  private static final long CREATE = Unix.number("__NR_userfaultfd");
  private static final int FLAGS = Unix.number("O_CLOEXEC") | Unix.number("UFFD_USER_MODE_ONLY");
  private static final long FEATURES =
      Unix.number("UFFD_FEATURE_WP_HUGETLBFS_SHMEM")
          | Unix.number("UFFD_FEATURE_WP_UNPOPULATED")
          | Unix.number("UFFD_FEATURE_WP_ASYNC");

  private Userfault() {}

  private static long request(String name) {
    return Integer.toUnsignedLong(Unix.number(name));
  }

  /** A descriptor for which nothing is registered; or minus the error. */
  static long open() {
    long descriptor = LinuxLibc.call(CREATE, FLAGS, 0, 0, 0, 0, 0);
    if (descriptor < 0) {
      return descriptor;
    }
    MemorySegment api = CallMemory.room(Unix.number("sizeof(struct_uffdio_api)")).fill((byte) 0);
    api.set(ValueLayout.JAVA_LONG, 0, Unix.number("UFFD_API"));
    api.set(ValueLayout.JAVA_LONG, Unix.number("struct_uffdio_api.features"), FEATURES);
    long result = LinuxLibc.control((int) descriptor, request("UFFDIO_API"), api);
    if (result < 0) {
      Libc.close((int) descriptor);
      return result;
    }
    return descriptor;
  }

  private static MemorySegment range(String structure, long address, long length) {
    MemorySegment range =
        CallMemory.room(Unix.number("sizeof(struct_" + structure + ')')).fill((byte) 0);
    range.set(ValueLayout.JAVA_LONG, 0, address);
    range.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
    long mode = Unix.number(structure.toUpperCase(Locale.ROOT) + "_MODE_WP");
    range.set(ValueLayout.JAVA_LONG, Unix.number("struct_" + structure + ".mode"), mode);
    return range;
  }

  /** Registers pages, so that they can be protected. */
  static long register(int descriptor, long address, long length) {
    MemorySegment range = range("uffdio_register", address, length);
    return LinuxLibc.control(descriptor, request("UFFDIO_REGISTER"), range);
  }

  /** Protects pages, also those that were never touched. */
  static long protect(int descriptor, long address, long length) {
    long result;
    do {
      MemorySegment range = range("uffdio_writeprotect", address, length);
      result = LinuxLibc.control(descriptor, request("UFFDIO_WRITEPROTECT"), range);
    } while (result == -Errors.EAGAIN || result == -Errors.EINTR);
    return result;
  }
}
