// SPDX-License-Identifier: Apache-2.0
/**
 * What a platform provides. Users of the library need nothing from here.
 *
 * <p>A platform module registers a {@link io.mmapio.spi.MmapBackendProvider} with {@link
 * java.util.ServiceLoader}; the provider opens a {@link io.mmapio.spi.MmapBackend}, the calls of
 * one operating system. Arguments are validated and rounded to pages above this interface, and
 * errors are made into exceptions above it, each in one place.
 */
@NullMarked
package io.mmapio.spi;

import org.jspecify.annotations.NullMarked;
