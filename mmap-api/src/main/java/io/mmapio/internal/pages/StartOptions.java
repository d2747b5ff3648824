// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.NewPages;
import io.mmapio.internal.request.MapRequest;

/** Applies the options that act on new pages of a region at once. */
public final class StartOptions implements NewPages {
  /** Advises, locks and populates. */
  public static final NewPages ALL = new StartOptions();

  private StartOptions() {}

  @Override
  public void apply(Mapping mapping, long offset, long length) throws MmapException {
    MapRequest.Start start = mapping.request().start();
    Advice advice = start.advice();
    if (advice != null) {
      AdviceOperation.advise(mapping, offset, length, advice);
    }
    if (start.locked()) {
      PageLocking.lock(mapping, offset, length);
    }
    Prefault prefault = start.prefault();
    if (prefault != null) {
      PagePopulation.populate(mapping, offset, length, prefault, (done, total) -> true);
    }
  }
}
