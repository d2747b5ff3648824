// SPDX-License-Identifier: Apache-2.0
/**
 * A directory for Apache Lucene 10 that reads index files through mmap-io.
 *
 * <p>{@link io.mmapio.lucene.MmapIoDirectory} replaces {@code
 * org.apache.lucene.store.MMapDirectory}. It reads the same files and writes them in the same way.
 */
@NullMarked
package io.mmapio.lucene;

import org.jspecify.annotations.NullMarked;
