// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

/** A call on addresses and the part of the file that is mapped there. */
@FunctionalInterface
public interface FileCall {
  long on(long from, long bytes, long inFile);

  /** Makes a call for a range, or one for each half that it touches of a mirrored region. */
  static long over(Mapping mapping, long start, long bytes, FileCall call) {
    return mapping.calling(
        () -> {
          long offset = start - mapping.geometry().addressOf(0);
          long some = mapping.withinHalf(offset, bytes);
          long result = some == 0 ? 0 : call.on(start, some, mapping.inFile(offset));
          boolean done = result < 0 || some == bytes;
          return done ? result : call.on(start + some, bytes - some, mapping.inFile(offset + some));
        });
  }

  /** As {@link #over}, for all pages that a range of the region touches. */
  static long overPages(Mapping mapping, long offset, long length, FileCall call) {
    PageGeometry geometry = mapping.geometry();
    return over(mapping, geometry.start(offset), geometry.span(offset, length), call);
  }
}
