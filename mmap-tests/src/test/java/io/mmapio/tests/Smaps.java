// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Linux says about one mapping: proc_pid_smaps(5). */
final class Smaps {
  private Smaps() {}

  /** The flags (VmFlags) of the mapping that a direct buffer begins in. */
  static List<String> flagsOf(ByteBuffer buffer) throws IOException {
    return List.of(of(buffer).get("VmFlags").split(" "));
  }

  /** All fields of the mapping that a direct buffer begins in. */
  static Map<String, String> of(ByteBuffer buffer) throws IOException {
    long address = addressOf(buffer);
    Map<String, String> fields = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.split("[- ]", 3);
        inside =
            Long.parseUnsignedLong(range[0], 16) <= address
                && address < Long.parseUnsignedLong(range[1], 16);
      } else if (inside) {
        String[] field = line.split(":", 2);
        fields.put(field[0], field[1].strip());
      }
    }
    return fields;
  }

  /** The address of a direct buffer's first byte, which the JDK tells nobody but Unsafe. */
  static long addressOf(ByteBuffer buffer) {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      Object unsafe = field.get(null);
      Object offset =
          type.getMethod("objectFieldOffset", Field.class)
              .invoke(unsafe, Buffer.class.getDeclaredField("address"));
      return (long)
          type.getMethod("getLong", Object.class, long.class).invoke(unsafe, buffer, offset);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK has another Unsafe", e);
    }
  }
}
