// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and ranges as people write them: 4096, 64K, 1.5G, 1G..2G. */
final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGTPE]?)(?:I?B)?");

  private Amounts() {}

  /** A part of a file. */
  record Range(long from, long to) {
    static final Range ALL = new Range(0, Long.MAX_VALUE);

    /** Where the part begins in a file of a size. */
    long start(long size) {
      return Math.min(from, size);
    }

    /** How long it is there. */
    long length(long size) {
      return Math.max(0, Math.min(to, size) - start(size));
    }
  }

  /** Reads a size. */
  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return size(text);
    }
  }

  /** Reads a range; either end may be left out. */
  static final class ToRange implements ITypeConverter<Range> {
    @Override
    public Range convert(String text) {
      int dots = text.indexOf("..");
      if (dots < 0) {
        throw new TypeConversionException("'" + text + "' is no range: 1G..2G, 1G.. or ..2G");
      }
      String from = text.substring(0, dots);
      String to = text.substring(dots + 2);
      Range range =
          new Range(from.isEmpty() ? 0 : size(from), to.isEmpty() ? Long.MAX_VALUE : size(to));
      if (range.from() >= range.to()) {
        throw new TypeConversionException("'" + text + "' is an empty range");
      }
      return range;
    }
  }

  private static long size(String text) {
    Matcher matcher = SIZE.matcher(text.trim().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is no size: 4096, 64K, 1.5G");
    }
    int power = "KMGTPE".indexOf(matcher.group(2).isEmpty() ? "-" : matcher.group(2)) + 1;
    double size = Double.parseDouble(matcher.group(1)) * Math.pow(1024, power);
    if (size >= Long.MAX_VALUE) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return (long) size;
  }
}
