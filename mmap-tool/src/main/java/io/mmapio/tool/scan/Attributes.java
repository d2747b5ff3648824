// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a walk has to know of a file, asked for in one system call. */
record Attributes(Kind kind, long size, long modified, long device, long inode, long links) {
  private static final boolean UNIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final String NAMES = "unix:mode,size,lastModifiedTime,dev,ino,nlink";
  private static final LinkOption[] LINK_ITSELF = {LinkOption.NOFOLLOW_LINKS};
  private static final LinkOption[] TARGET = {};

  private static final int TYPE = 0170000;

  enum Kind {
    FILE,
    DIRECTORY,
    LINK,
    BLOCK_DEVICE,
    OTHER
  }

  static Attributes of(Path path, boolean follow) throws IOException {
    LinkOption[] options = follow ? TARGET : LINK_ITSELF;
    return UNIX ? unix(path, options) : basic(path, options);
  }

  private static Attributes unix(Path path, LinkOption[] options) throws IOException {
    Map<String, Object> map = Files.readAttributes(path, NAMES, options);
    return new Attributes(
        kind((int) number(map, "mode")),
        number(map, "size"),
        modified(map),
        number(map, "dev"),
        number(map, "ino"),
        number(map, "nlink"));
  }

  private static long number(Map<String, Object> map, String name) {
    return map.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static long modified(Map<String, Object> map) {
    return map.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
  }

  private static Kind kind(int mode) {
    return switch (mode & TYPE) {
      case 0100000 -> Kind.FILE;
      case 0040000 -> Kind.DIRECTORY;
      case 0120000 -> Kind.LINK;
      case 0060000 -> Kind.BLOCK_DEVICE;
      default -> Kind.OTHER;
    };
  }

  /** Windows: neither devices nor links can be told apart, so each name counts. */
  private static Attributes basic(Path path, LinkOption[] options) throws IOException {
    BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class, options);
    Kind kind =
        basic.isSymbolicLink()
            ? Kind.LINK
            : basic.isDirectory() ? Kind.DIRECTORY : basic.isRegularFile() ? Kind.FILE : Kind.OTHER;
    long modified = basic.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    return new Attributes(kind, basic.size(), modified, 0, 0, 1);
  }

  boolean isFile() {
    return kind == Kind.FILE;
  }

  boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }
}
