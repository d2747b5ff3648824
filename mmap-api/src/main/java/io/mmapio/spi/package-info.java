// SPDX-License-Identifier: Apache-2.0
/**
 * The interface to a platform. Users of the library do not need this package.
 *
 * <p>A platform module registers a {@link io.mmapio.spi.MmapBackendProvider} with {@link
 * java.util.ServiceLoader}. The provider opens a {@link io.mmapio.spi.MmapBackend}, which makes the
 * calls of one operating system. The code above this interface validates arguments, rounds them to
 * pages, and turns errors into exceptions, each in one place.
 */
@NullMarked
package io.mmapio.spi;

import org.jspecify.annotations.NullMarked;
