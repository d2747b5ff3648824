// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.io.IOException;
import java.nio.file.Path;

/** Is told what could not be done, once for each file; the rest goes on. */
public interface Problems {
  /** A file or directory could not be read. */
  void failed(Path path, IOException why);

  /** A file was there and is no longer, or became shorter: no fault of anybody's. */
  void vanished(Path path);
}
