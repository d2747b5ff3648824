// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * The bytes of file names. The JDK keeps them inside its paths, whatever they are, but shows them
 * as text only: bytes that are no text come out of a path, and into one, by way of its URI.
 */
public final class Names {
  private static final Path ROOT = Path.of("/");
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  private static final boolean UTF_8 =
      "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

  private Names() {}

  /** Returns the bytes of a path, in UTF-8 where they are text. */
  public static byte[] bytes(Path path) {
    String text = path.toString();
    if (WINDOWS || isExact(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] absolute = decoded(ROOT.resolve(path).toUri().getRawPath());
    int start = path.isAbsolute() ? 0 : 1;
    boolean slash = absolute[absolute.length - 1] == '/' && !text.endsWith("/");
    return java.util.Arrays.copyOfRange(
        absolute, start, Math.max(start, absolute.length - (slash ? 1 : 0)));
  }

  /** Returns the text of a path whatever the locale; U+FFFD stands for what is no UTF-8. */
  public static String text(Path path) {
    String text = path.toString();
    return WINDOWS || isExact(text) ? text : new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** Returns the path that has these bytes. */
  public static Path path(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (WINDOWS || isExact(text)) {
      return Path.of(text);
    }
    boolean absolute = bytes.length > 0 && bytes[0] == '/';
    Path path = Path.of(URI.create("file://" + (absolute ? "" : "/") + encoded(bytes)));
    return absolute ? path : ROOT.relativize(path);
  }

  /** Whether the text of a path says all about its bytes. */
  static boolean isExact(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (UTF_8 ? c == '\uFFFD' : c == '?' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Returns the last element of a path, the path itself if it has none. */
  public static Path last(Path path) {
    return Objects.requireNonNullElse(path.getFileName(), path);
  }

  /** Returns the last element's text. */
  public static String lastText(Path path) {
    return last(path).toString();
  }

  private static byte[] decoded(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  private static String encoded(byte[] bytes) {
    StringBuilder escaped = new StringBuilder(bytes.length * 3);
    for (byte b : bytes) {
      if (b == '/') {
        escaped.append('/');
      } else {
        escaped.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      }
    }
    return escaped.toString();
  }
}
