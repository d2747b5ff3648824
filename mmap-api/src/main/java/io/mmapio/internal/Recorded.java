// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/** A call as an event of Java Flight Recorder. */
@Category("mmap-io")
abstract class Recorded extends Event implements Span {
  @Label("File")
  @Nullable String file;

  @Label("Offset")
  @DataAmount
  long offset;

  @Label("Size")
  @DataAmount
  long size;

  @Label("Succeeded")
  boolean succeeded;

  @Override
  public final void end(String ofFile, long at, long bytes, long result) {
    end();
    if (shouldCommit()) {
      file = ofFile;
      offset = at;
      size = bytes;
      succeeded = result >= 0;
      commit();
    }
  }
}
