// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * How often a call was made in this process, and for how much.
 *
 * @param calls that did not fail
 * @param bytes in the ranges that were given, added up
 */
public record CallTotal(long calls, long bytes) {}
