// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** How far changes must have come before {@code sync} returns. */
public enum SyncMode {
  /**
   * Writing has been started; nothing is promised, and errors show at a later sync. Linux:
   * sync_file_range(2) with SYNC_FILE_RANGE_WRITE, as MS_ASYNC does nothing there. macOS: MS_ASYNC.
   * Windows: FlushViewOfFile.
   */
  ASYNC,

  /**
   * The operating system has written the data. Linux and macOS: msync(2) with MS_SYNC, which on
   * Linux is DURABLE. Windows: FlushViewOfFile.
   */
  BLOCKING,

  /**
   * The data survives loss of power, as far as the device keeps its word. Linux: msync(2) with
   * MS_SYNC, which includes the device's cache. macOS: also F_FULLFSYNC. Windows: FlushViewOfFile
   * and FlushFileBuffers. A new file's name is durable only once its directory has been synced too.
   */
  DURABLE
}
