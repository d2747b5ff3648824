// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The changed pages of a copy-on-write mapping of a file. */
public interface PrivatePages {
  /** Finds the parts of the file whose pages were changed, whole pages up to the file's end. */
  Runs find() throws IOException;

  /** Fills the rest of a buffer with what the mapping shows. */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Refuses a file that has become shorter: changes of pages past its end are then lost. */
  void requireWholeFile() throws IOException;

  /** Lets the mapping show what the file contains, in what {@link #find} has found. */
  void dropChanges(Runs runs) throws IOException;

  /** As {@link #dropChanges} where the file has the same contents, so that it may do nothing. */
  void dropCopies(Runs runs) throws IOException;
}
