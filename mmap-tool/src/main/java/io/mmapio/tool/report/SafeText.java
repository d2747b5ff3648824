// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Names;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * File names as text that a terminal only shows: nothing in it moves a cursor or hides a letter.
 */
public final class SafeText {
  private static final char BROKEN = '\uFFFD';

  private SafeText() {}

  /** Returns the name of a file, bytes that are no text as {@code \xNN}. */
  public static String of(Path path, boolean utf8) {
    String text = path.toString();
    return of(text.indexOf(BROKEN) < 0 && text.indexOf('?') < 0 ? text : decoded(path), utf8);
  }

  /** Returns text with everything escaped that is not plainly visible. */
  public static String of(String text, boolean utf8) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(safe, c, utf8));
    return safe.toString();
  }

  private static void append(StringBuilder safe, int c, boolean utf8) {
    if (c == '\n') {
      safe.append("\\n");
    } else if (c == '\t') {
      safe.append("\\t");
    } else if (c >= BYTE_BASE && c < BYTE_BASE + 0x100) {
      safe.append(String.format(java.util.Locale.ROOT, "\\x%02x", c - BYTE_BASE));
    } else if (c < ' ' || c == 0x7f) {
      safe.append(String.format(java.util.Locale.ROOT, "\\x%02x", c));
    } else if (c < 0x7f || (utf8 && isVisible(c))) {
      safe.appendCodePoint(c);
    } else {
      safe.append(String.format(java.util.Locale.ROOT, "\\u%04x", c));
    }
  }

  /** Where a byte that is no text stands until it is written as one: in a private plane. */
  private static final int BYTE_BASE = 0x10FE00;

  private static String decoded(Path path) {
    ByteBuffer bytes = ByteBuffer.wrap(Names.bytes(path));
    CharBuffer chars = CharBuffer.allocate(2 * bytes.remaining() + 2);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, true);
      if (!result.isError()) {
        return chars.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        chars.put(Character.toChars(BYTE_BASE + (bytes.get() & 0xff)));
      }
    }
  }

  static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Returns how many columns a terminal needs for text. */
  public static int width(String text) {
    return text.codePoints().map(SafeText::width).sum();
  }

  private static int width(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }

  /** Returns the end of a text, of so many columns at most. */
  public static String end(String text, int columns, boolean utf8) {
    if (width(text) <= columns) {
      return text;
    }
    String mark = utf8 ? "\u2026" : "~";
    int[] points = text.codePoints().toArray();
    int at = points.length;
    int room = columns - 1;
    while (at > 0 && width(points[at - 1]) <= room) {
      room -= width(points[--at]);
    }
    return mark + new String(points, at, points.length - at);
  }
}
