// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.MmapException;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Makes the one exception that an error of the OS becomes, and knows what to try about it. */
final class Errors {
  private static final Set<String> OUT_OF_MEMORY =
      Set.of("ENOMEM", "ERROR_NOT_ENOUGH_MEMORY", "ERROR_COMMITMENT_LIMIT", "ERROR_OUTOFMEMORY");

  private final MmapBackend os;
  private final Source source;
  private final long handle;

  /**
   * For calls on one file.
   *
   * @param handle names the file where the source cannot; need not be open any more
   */
  Errors(MmapBackend os, Source source, long handle) {
    this.os = os;
    this.source = source;
    this.handle = handle;
  }

  /** Returns the result of a call, or throws what it stands for if it is an error. */
  long check(String call, long result, long offset, long length) throws MmapException {
    if (result < 0) {
      throw of(call, result, offset, length);
    }
    return result;
  }

  /** For a result below zero. */
  MmapException of(String call, long result, long offset, long length) {
    int error = (int) -result;
    String known = os.errorName(error);
    String name = known == null ? "error" : known;
    return new MmapException(
        source.name(handle), call, error, name, offset, length, advice(call, name));
  }

  /** For a range that the file does not have. */
  MmapException pastTheEnd(long fileSize, long offset, long length) {
    return new MmapException(
        source.name(handle),
        "map",
        0,
        "range past the end of the file, which has " + fileSize + " bytes",
        offset,
        length,
        "map less, or let a READ_WRITE mapping extend() the file");
  }

  /** Tells whether a result is the error that more address space or memory would cure. */
  boolean isOutOfMemory(long result) {
    return result < 0 && OUT_OF_MEMORY.contains(String.valueOf(os.errorName((int) -result)));
  }

  private static String advice(String call, String name) {
    return switch (name) {
      case "EACCES", "ERROR_ACCESS_DENIED" ->
          "the file has to be open for reading, and for writing to be mapped" + " READ_WRITE";
      case "EAGAIN" -> "the file or too much memory is locked; see RLIMIT_MEMLOCK (ulimit -l)";
      case "EBADF", "ERROR_INVALID_HANDLE" ->
          call.equals("extend")
              ? "the file has to be open for writing"
              : "the descriptor is closed";
      case "EBUSY" -> "some of the pages are locked in memory";
      case "EDQUOT" -> "the disk quota is used up; the file has its old size";
      case "EFBIG", "EOVERFLOW", "ERROR_FILE_TOO_LARGE" ->
          "the file system or RLIMIT_FSIZE (ulimit -f) does not allow a" + " file of that size";
      case "EINVAL" -> "the operating system or the file system does not offer this here";
      case "EIO", "ERROR_IO_DEVICE" ->
          "the device failed; what was written since the last successful sync may be lost";
      case "EISDIR", "ERROR_DIRECTORY" -> "it is a directory";
      case "EMFILE", "ERROR_TOO_MANY_OPEN_FILES" ->
          "too many open files; see RLIMIT_NOFILE (ulimit -n)";
      case "ENFILE" -> "too many open files in the whole system; see fs.file-max";
      case "ENODEV", "ERROR_INVALID_FUNCTION", "ERROR_NOT_SUPPORTED" ->
          "only regular files and block devices can be mapped, on file systems that"
              + " support it";
      case "ENOMEM" -> noMemory();
      case "ERROR_NOT_ENOUGH_MEMORY", "ERROR_COMMITMENT_LIMIT" ->
          "no room: a larger page file or less memory in use would help; " + Tombstones.describe();
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

  private static String noMemory() {
    String mappings = limit("/proc/sys/vm/max_map_count", " of ");
    return "no room for another mapping: raise vm.max_map_count (the number of mappings"
        + mappings
        + " here), RLIMIT_AS (ulimit -v), or the memory; "
        + Tombstones.describe();
  }

  private static String limit(String file, String before) {
    try {
      return before + Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return ""; // another OS, or a sandbox: the advice is good without the figure
    }
  }
}
