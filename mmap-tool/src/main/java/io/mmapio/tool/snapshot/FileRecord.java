// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import io.mmapio.tool.scan.Names;
import io.mmapio.tool.scan.Runs;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot has of a file.
 *
 * @param directory the bytes of its directory's path, may be empty
 * @param name the bytes of its last name
 * @param size in bytes
 * @param modified nanoseconds since 1970
 * @param pages in all
 * @param resident in memory
 * @param runs which these are; null if only their number is known
 */
@SuppressWarnings("ArrayRecordComponent") // names are bytes, and nobody compares records
public record FileRecord(
    byte[] directory,
    byte[] name,
    long size,
    long modified,
    long pages,
    long resident,
    @Nullable Runs runs) {
  /** Returns the path of the file. */
  public Path path() {
    return Names.path(pathBytes());
  }

  /** Returns the bytes of its path. */
  public byte[] pathBytes() {
    if (directory.length == 0) {
      return name;
    }
    boolean slash = directory[directory.length - 1] == '/';
    byte[] all = Arrays.copyOf(directory, directory.length + (slash ? 0 : 1) + name.length);
    all[all.length - name.length - 1] = '/';
    System.arraycopy(name, 0, all, all.length - name.length, name.length);
    return all;
  }

  /** Returns a number that differs for different paths, almost certainly. */
  long key() {
    long hash = 0xcbf29ce484222325L;
    for (byte b : pathBytes()) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash ^ hash >>> 29;
  }
}
