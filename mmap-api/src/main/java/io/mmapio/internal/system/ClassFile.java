// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  private final String[] texts;
  private final Set<Integer> classes = new HashSet<>();
  private final Set<Integer> descriptors = new HashSet<>();

  private ClassFile(DataInputStream in) throws IOException {
    in.readInt(); // 0xCAFEBABE
    in.readInt(); // version
    texts = new String[in.readUnsignedShort()];
    for (int i = 1; i < texts.length; i++) {
      i += read(in, i);
    }
  }

  /**
   * Returns the classes to which code may refer, directly and in the types of fields and methods.
   *
   * @param in a class file
   * @return their binary names in internal form, with slashes
   */
  static Set<String> namesIn(InputStream in) throws IOException {
    ClassFile file = new ClassFile(new DataInputStream(in));
    Set<String> names = new HashSet<>();
    for (int index : file.classes) {
      String name = file.texts[index];
      if (name.startsWith("[")) {
        addNames(name, names);
      } else {
        names.add(name);
      }
    }
    file.descriptors.forEach(index -> addNames(file.texts[index], names));
    return names;
  }

  /** Reads one entry, and returns how many additional indexes it occupies. */
  private int read(DataInputStream in, int index) throws IOException {
    int tag = in.readUnsignedByte();
    switch (tag) {
      case UTF8 -> texts[index] = in.readUTF();
      case CLASS -> classes.add(in.readUnsignedShort());
      case METHOD_TYPE -> descriptors.add(in.readUnsignedShort());
      case NAME_AND_TYPE -> {
        in.readUnsignedShort();
        descriptors.add(in.readUnsignedShort());
      }
      case STRING, MODULE, PACKAGE -> in.readUnsignedShort();
      case METHOD_HANDLE -> in.skipNBytes(3);
      case INTEGER, FLOAT, FIELD, METHOD, INTERFACE_METHOD, DYNAMIC, INVOKE_DYNAMIC -> in.readInt();
      case LONG, DOUBLE -> in.readLong();
      default -> throw new IOException("constant of kind " + tag);
    }
    return tag == LONG || tag == DOUBLE ? 1 : 0;
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
