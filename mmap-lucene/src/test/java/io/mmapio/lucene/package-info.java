// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the directory, many of them Lucene's own. Not {@code @NullMarked}: a null that gets into
 * a test fails it.
 */
package io.mmapio.lucene;
