// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.scan.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/**
 * File names on the command line that are not text in the locale's encoding: the JVM hands them on
 * broken, Linux keeps them in /proc/self/cmdline.
 */
final class RawArguments {
  private static String[] remembered = {};

  private RawArguments() {}

  static void remember(String[] arguments) {
    remembered = arguments.clone();
  }

  /** Makes a path of an argument. */
  static final class ToPath implements ITypeConverter<Path> {
    @Override
    public Path convert(String argument) {
      return path(argument);
    }
  }

  private static Path path(String argument) {
    if (argument.indexOf('\uFFFD') >= 0) {
      List<byte[]> raw = raw();
      for (int i = 0; i < remembered.length && raw.size() >= remembered.length; i++) {
        byte[] bytes = raw.get(raw.size() - remembered.length + i);
        if (remembered[i].equals(argument)) {
          return Names.path(bytes);
        }
      }
    }
    return Path.of(argument);
  }

  private static List<byte[]> raw() {
    List<byte[]> arguments = new ArrayList<>();
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      String bytes = new String(line, StandardCharsets.ISO_8859_1);
      for (int from = 0, to = bytes.indexOf(0); to >= 0; to = bytes.indexOf(0, from)) {
        arguments.add(bytes.substring(from, to).getBytes(StandardCharsets.ISO_8859_1));
        from = to + 1;
      }
    } catch (IOException e) {
      // Not Linux: the argument stays as it is.
    }
    return arguments;
  }
}
