// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * Which backend runs.
 *
 * @param name of its provider, for example {@code linux-x86_64}
 * @param origin where its code was loaded from, for people to read
 */
public record BackendInfo(String name, String origin) {}
