// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * The backend in use.
 *
 * @param name of the provider, for example {@code linux-x86_64}
 * @param origin a human-readable description of where the code was loaded from
 */
public record BackendInfo(String name, String origin) {}
