// SPDX-License-Identifier: Apache-2.0
/**
 * Other libraries on regions of this one. Not {@code @NullMarked}: a null that gets into a test
 * fails it.
 */
package io.mmapio.interop;
