// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.store.BaseDirectoryTestCase;

/** Lucene's suite for directories, with guarded files. */
public class GuardedDirectorySuiteTest extends BaseDirectoryTestCase {
  @Override
  protected Directory getDirectory(Path path) throws IOException {
    return new MmapIoDirectory(path, DirectoryOptions.DEFAULT.guarded());
  }
}
