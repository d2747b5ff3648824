// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import io.mmapio.lucene.DirectoryOptions;
import io.mmapio.lucene.MmapIoDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** What is compared. A JVM uses one of them: with two, Lucene's calls of inputs become slower. */
enum Directories {
  LUCENE {
    @Override
    Directory open(Path path) throws IOException {
      return new MMapDirectory(path);
    }
  },
  LUCENE_ADVISED {
    @Override
    Directory open(Path path) throws IOException {
      MMapDirectory directory = new MMapDirectory(path);
      directory.setReadAdvice(MMapDirectory.ADVISE_BY_CONTEXT);
      return directory;
    }
  },
  MMAPIO {
    @Override
    Directory open(Path path) throws IOException {
      return new MmapIoDirectory(path);
    }
  },
  MMAPIO_ADVISED {
    @Override
    Directory open(Path path) throws IOException {
      return new MmapIoDirectory(
          path, DirectoryOptions.DEFAULT.readAdvice(MMapDirectory.ADVISE_BY_CONTEXT));
    }
  },
  MMAPIO_GUARDED {
    @Override
    Directory open(Path path) throws IOException {
      return new MmapIoDirectory(path, DirectoryOptions.DEFAULT.guarded());
    }
  };

  abstract Directory open(Path path) throws IOException;
}
