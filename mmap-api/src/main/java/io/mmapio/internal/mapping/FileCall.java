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
          long first = start - mapping.geometry().address();
          long half = mapping.request().layout().mirrored() ? mapping.size() / 2 : Long.MAX_VALUE;
          long before = first < half ? Math.min(bytes, half - first) : 0;
          long inFile = mapping.request().offset() - mapping.geometry().lead() + first;
          long result = before == 0 ? 0 : call.on(start, before, inFile);
          boolean done = result < 0 || before == bytes;
          return done ? result : call.on(start + before, bytes - before, inFile + before - half);
        });
  }

  /** As {@link #over}, for all pages that a range of the region touches. */
  static long overPages(Mapping mapping, long offset, long length, FileCall call) {
    PageGeometry geometry = mapping.geometry();
    return over(mapping, geometry.start(offset), geometry.span(offset, length), call);
  }
}
