// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.backend;

import io.mmapio.LostPageException;
import io.mmapio.MmapException;
import io.mmapio.internal.lifetime.Tombstones;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.system.LinuxLimits;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackend.Limit;
import java.util.OptionalLong;
import java.util.Set;

/** Makes the one exception that an error of the OS becomes, and knows what to try about it. */
public final class OsErrors {
  private static final Set<String> OUT_OF_MEMORY =
      Set.of("ENOMEM", "ERROR_NOT_ENOUGH_MEMORY", "ERROR_COMMITMENT_LIMIT", "ERROR_OUTOFMEMORY");

  /** OsErrors of a sync that leave what is dirty dirty. */
  private static final Set<String> HARMLESS =
      Set.of(
          "EAGAIN",
          "EBADF",
          "EBUSY",
          "EINTR",
          "EINVAL",
          "ENOMEM",
          "ERROR_INVALID_HANDLE",
          "ERROR_INVALID_PARAMETER",
          "ERROR_LOCK_VIOLATION",
          "ERROR_NOT_ENOUGH_MEMORY");

  private final MmapBackend os;
  private final Source source;
  private final long handle;

  /**
   * For calls on one file.
   *
   * @param handle names the file where the source cannot; need not be open any more
   */
  public OsErrors(MmapBackend os, Source source, long handle) {
    this.os = os;
    this.source = source;
    this.handle = handle;
  }

  /**
   * Returns the result of a call, or throws what it stands for if it is an error.
   *
   * @throws UnsupportedOperationException if this platform does not have the call
   */
  public long check(String call, long result, long offset, long length) throws MmapException {
    if (result == MmapBackend.UNSUPPORTED) {
      throw new UnsupportedOperationException(
          call
              + " is not supported here for "
              + source.name(handle)
              + (call.equals("hugePages") ? ": no pages of that size" : "")
              + "; see io.mmapio.Feature");
    }
    if (result == MmapBackend.SIZE_UNKNOWN) {
      throw sizeUnknown(offset, length);
    }
    if (result < 0) {
      throw of(call, result, offset, length);
    }
    return result;
  }

  /** For a result below zero. */
  public MmapException of(String call, long result, long offset, long length) {
    int error = (int) -result;
    String known = os.errorName(error);
    String name = known == null ? "error" : known;
    return new MmapException(
        source.name(handle), call, error, name, offset, length, advice(call, name));
  }

  /** For a file that the OS calls empty and that need not be. */
  private MmapException sizeUnknown(long offset, long length) {
    return new MmapException(
        source.name(handle),
        "map",
        0,
        "the operating system does not know the size of the file",
        offset,
        length,
        "the kernel makes the contents when they are read, as in /proc: read the file instead"
            + " (Files.readAllBytes)");
  }

  /** For a range that the file does not have. */
  public MmapException pastTheEnd(long fileSize, long offset, long length) {
    return new MmapException(
        source.name(handle),
        "map",
        0,
        "range past the end of the file, which has " + fileSize + " bytes",
        offset,
        length,
        "map less, or let a READ_WRITE mapping extend() the file");
  }

  /** For a file that cannot be cut at the end of a region, because it goes on there. */
  public MmapException beyond(long fileSize, long offset, long length) {
    return new MmapException(
        source.name(handle),
        "shrink",
        0,
        "the file continues after the region, to " + fileSize + " bytes",
        offset,
        length,
        "the data after the region was written by another process or channel");
  }

  /**
   * Tells whether after this error of a sync the system may take pages for written that are not. It
   * may not where the call was refused before it began, or should be made again.
   */
  public boolean losesData(long result) {
    return result < 0 && !HARMLESS.contains(String.valueOf(os.errorName((int) -result)));
  }

  /** For every sync after one that lost data. */
  public MmapException afterFailure(MmapException first) {
    MmapException e =
        new MmapException(
            source.name(handle),
            first.call(),
            first.errno(),
            first.errorName(),
            first.offset(),
            first.length(),
            "this was an earlier sync; the system no longer knows which pages it could not write and"
                + " would report success now: close the region, check what the file contains, and"
                + " write the data again");
    e.initCause(first);
    return e;
  }

  /** Tells whether a result is the error of a process that may not know. */
  public boolean isPermissionDenied(long result) {
    return result < 0 && "EPERM".equals(os.errorName((int) -result));
  }

  /** For a page that is not available, at an offset into a region of some size. */
  public LostPageException lost(
      String call, long offset, long length, long regionSize, long inFile) {
    long fileSize = handle < 0 ? -1 : Math.max(-1, os.size(handle));
    return new LostPageException(
        source.name(handle), call, offset, length, inFile, regionSize, fileSize);
  }

  /** Tells whether a result is the error that more address space or memory would cure. */
  public boolean isOutOfMemory(long result) {
    return result < 0 && OUT_OF_MEMORY.contains(String.valueOf(os.errorName((int) -result)));
  }

  private String advice(String call, String name) {
    return switch (call) {
      case "lock" -> lockAdvice(name);
      case "hugePages" -> hugePageAdvice(name);
      case "guard" -> guardAdvice(name);
      default -> generalAdvice(call, name);
    };
  }

  private String lockAdvice(String name) {
    return switch (name) {
      case "ENOMEM", "EPERM", "EAGAIN" ->
          "only so much memory may be locked: RLIMIT_MEMLOCK (ulimit -l) is "
              + limit(Limit.LOCKED_MEMORY);
      case "ERROR_WORKING_SET_QUOTA" ->
          "only so much memory may be locked: the minimum working set of this process is "
              + limit(Limit.LOCKED_MEMORY)
              + "; see SetProcessWorkingSetSize";
      default -> generalAdvice("lock", name);
    };
  }

  private String limit(Limit which) {
    long limit = os.limit(which);
    return limit == Long.MAX_VALUE ? "unlimited" : limit < 0 ? "unknown" : limit + " bytes";
  }

  private String hugePageAdvice(String name) {
    return name.equals("ENOMEM")
        ? "not enough huge pages are free: raise nr_hugepages of that size below"
            + " /sys/kernel/mm/hugepages, or vm.nr_hugepages"
        : generalAdvice("hugePages", name);
  }

  private String guardAdvice(String name) {
    return OUT_OF_MEMORY.contains(name)
        ? "some 16,000 regions can be guarded at a time: close some, and drop their views; "
            + Tombstones.describe()
        : generalAdvice("guard", name);
  }

  private String generalAdvice(String call, String name) {
    return switch (name) {
      case "EACCES", "ERROR_ACCESS_DENIED" ->
          "the file has to be open for reading, and for writing to be mapped READ_WRITE";
      case "EAGAIN" ->
          "the file or too much memory is locked; RLIMIT_MEMLOCK (ulimit -l) is "
              + limit(Limit.LOCKED_MEMORY);
      case "EBADF", "ERROR_INVALID_HANDLE" ->
          call.equals("extend")
              ? "the file has to be open for writing"
              : "the descriptor is closed";
      case "EBUSY" -> "some of the pages are locked in memory";
      case "EDQUOT" -> "the disk quota is used up; the file has its old size";
      case "EFBIG", "EOVERFLOW", "ERROR_FILE_TOO_LARGE" ->
          "the file system or RLIMIT_FSIZE (ulimit -f, which is "
              + limit(Limit.FILE_SIZE)
              + ") does not allow a file of that size";
      case "EINVAL" -> "the operating system or the file system does not offer this here";
      case "EIO", "ERROR_IO_DEVICE" ->
          "the device failed; what was written since the last successful sync may be lost";
      case "EISDIR", "ERROR_DIRECTORY" -> "it is a directory";
      case "EMFILE", "ERROR_TOO_MANY_OPEN_FILES" ->
          "too many open files: RLIMIT_NOFILE (ulimit -n) is " + limit(Limit.OPEN_FILES);
      case "ENFILE" -> "too many open files in the whole system; see fs.file-max";
      case "ENODEV", "ERROR_INVALID_FUNCTION", "ERROR_NOT_SUPPORTED" ->
          "only regular files and block devices can be mapped, on file systems that"
              + " support it; what is in /sys can be read instead (Files.readAllBytes)";
      case "ENOMEM" -> noMemory();
      case "ERROR_NOT_ENOUGH_MEMORY", "ERROR_COMMITMENT_LIMIT" ->
          "not enough memory: enlarge the page file or use less memory; " + Tombstones.describe();
      case "ERROR_USER_MAPPED_FILE" -> "another mapping of the file holds it";
      case "ERROR_LOCK_VIOLATION", "ERROR_SHARING_VIOLATION" ->
          "another process has locked the file or opened it for itself";
      case "ENOSPC", "ERROR_DISK_FULL", "ERROR_HANDLE_DISK_FULL" ->
          "the disk is full; the file has its old size";
      case "EPERM" -> "a seal, an attribute or the mount options of the file forbid it";
      case "EROFS", "ERROR_WRITE_PROTECT" -> "the file system is read-only";
      case "ESTALE" -> "the file is gone from its server";
      case "ETXTBSY" -> "the file is in use as a program or as swap space";
      default -> "";
    };
  }

  private String noMemory() {
    OptionalLong limit = LinuxLimits.maxMappings();
    return "not enough memory for another mapping: raise vm.max_map_count"
        + (limit.isEmpty() ? "" : " (the number of mappings, " + limit.getAsLong() + ")")
        + ", RLIMIT_AS (ulimit -v, which is "
        + limit(Limit.ADDRESS_SPACE)
        + ")"
        + LinuxLimits.overcommit()
        + ", or the memory; "
        + Tombstones.describe();
  }
}
