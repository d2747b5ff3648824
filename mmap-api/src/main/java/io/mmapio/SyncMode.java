// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** How far changes must have come before {@code sync} returns. */
public enum SyncMode {
  /**
   * Writeback has started. There is no guarantee, and errors are reported by a later sync. Linux:
   * sync_file_range(2) with SYNC_FILE_RANGE_WRITE, because MS_ASYNC does nothing there. macOS:
   * MS_ASYNC. Windows: FlushViewOfFile.
   */
  ASYNC,

  /**
   * The operating system has written the data. Linux and macOS: msync(2) with MS_SYNC, which on
   * Linux is the same as DURABLE. Windows: FlushViewOfFile.
   */
  BLOCKING,

  /**
   * The data survives a loss of power, if the device keeps its promises. Linux: msync(2) with
   * MS_SYNC, which includes the cache of the device. macOS: also F_FULLFSYNC, or fsync(2) on file
   * systems that do not know it. Windows: FlushViewOfFile and FlushFileBuffers. The name of a new
   * file is durable only after its directory has been synced too.
   */
  DURABLE
}
