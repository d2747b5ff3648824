// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Reads the names of classes out of the constant pool of a class file (JVMS 4.4). */
final class ClassFile {
  private static final int UTF8 = 1;
  private static final int INTEGER = 3;
  private static final int FLOAT = 4;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int STRING = 8;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;
  private static final int METHOD_HANDLE = 15;
  private static final int METHOD_TYPE = 16;
  private static final int DYNAMIC = 17;
  private static final int INVOKE_DYNAMIC = 18;
  private static final int MODULE = 19;
  private static final int PACKAGE = 20;

  private final byte[] bytes;
  private final int[] texts; // where they are
  private final Set<Integer> classes = new HashSet<>();
  private final Set<Integer> descriptors = new HashSet<>();
  private int at = 8; // after 0xCAFEBABE and the version

  /** Reads by hand: a DataInputStream would, on JDK 25, first build method handles for 50 ms. */
  private ClassFile(byte[] bytes) throws IOException {
    this.bytes = bytes;
    texts = new int[number()];
    for (int i = 1; i < texts.length; i++) {
      i += read(i);
    }
  }

  /**
   * Returns the classes to which code may refer, directly and in the types of fields and methods.
   *
   * @param bytes a class file
   * @return their binary names in internal form, with slashes
   */
  static Set<String> namesIn(byte[] bytes) throws IOException {
    try {
      ClassFile file = new ClassFile(bytes);
      Set<String> names = new HashSet<>();
      for (int index : file.classes) {
        String name = file.text(index);
        if (name.startsWith("[")) {
          addNames(name, names);
        } else {
          names.add(name);
        }
      }
      for (int index : file.descriptors) {
        addNames(file.text(index), names);
      }
      return names;
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a class file ends in the middle", e);
    }
  }

  /** Reads one entry, and returns how many additional indexes it occupies. */
  private int read(int index) throws IOException {
    int tag = bytes[at++];
    switch (tag) {
      case UTF8 -> {
        texts[index] = at;
        int length = number();
        at += length;
      }
      case CLASS -> classes.add(number());
      case METHOD_TYPE -> descriptors.add(number());
      case NAME_AND_TYPE -> {
        number();
        descriptors.add(number());
      }
      case STRING, MODULE, PACKAGE -> number();
      case METHOD_HANDLE -> at += 3;
      case INTEGER, FLOAT, FIELD, METHOD, INTERFACE_METHOD, DYNAMIC, INVOKE_DYNAMIC -> at += 4;
      case LONG, DOUBLE -> at += 8;
      default -> throw new IOException("constant of kind " + tag);
    }
    return tag == LONG || tag == DOUBLE ? 1 : 0;
  }

  private int number() {
    return (bytes[at++] & 0xff) << 8 | (bytes[at++] & 0xff);
  }

  private String text(int index) {
    at = texts[index];
    int length = number();
    return new String(bytes, at, length, StandardCharsets.UTF_8);
  }

  /** Adds the class names of a descriptor. Each name stands between an L and a semicolon. */
  private static void addNames(String descriptor, Set<String> names) {
    int start = descriptor.indexOf('L');
    while (start >= 0) {
      int end = descriptor.indexOf(';', start);
      names.add(descriptor.substring(start + 1, end));
      start = descriptor.indexOf('L', end);
    }
  }
}
