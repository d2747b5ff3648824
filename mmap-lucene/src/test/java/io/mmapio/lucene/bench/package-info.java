// SPDX-License-Identifier: Apache-2.0
/** Compares the directory with Lucene's: see {@code mmap-lucene/bench}. */
package io.mmapio.lucene.bench;
