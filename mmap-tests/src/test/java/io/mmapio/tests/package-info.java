// SPDX-License-Identifier: Apache-2.0
/**
 * What users lean on, tested on the packaged jars. Not {@code @NullMarked}: a null that gets into a
 * test fails it.
 */
package io.mmapio.tests;
