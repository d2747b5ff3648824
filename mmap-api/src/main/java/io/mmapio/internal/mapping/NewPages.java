// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.MmapException;

/** What is done with pages that a region has gained, before anybody else sees them. */
@FunctionalInterface
public interface NewPages {
  /**
   * Does it.
   *
   * @throws MmapException if it cannot: the region is then not mapped, or does not grow
   */
  void apply(Mapping mapping, long offset, long length) throws MmapException;
}
