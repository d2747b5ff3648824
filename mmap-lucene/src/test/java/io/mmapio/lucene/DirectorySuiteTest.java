// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.store.BaseDirectoryTestCase;

/** Lucene's suite for directories. */
public class DirectorySuiteTest extends BaseDirectoryTestCase {
  @Override
  protected Directory getDirectory(Path path) throws IOException {
    return new MmapIoDirectory(path);
  }
}
