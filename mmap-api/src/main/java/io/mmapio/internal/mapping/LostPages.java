// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.LostPageException;
import io.mmapio.internal.lifetime.LostPageGuard;

/** The exceptions for pages of a region that the OS can no longer provide. */
public final class LostPages {
  private LostPages() {}

  /** For a page that a call has met. */
  public static LostPageException met(Mapping mapping, String call, long offset, long length) {
    return mapping.errors().lost(call, offset, length, mapping.size(), mapping.inFile(offset));
  }

  /** For a call of a region that is damaged: it has lost a page under its guard. */
  static LostPageException damage(Mapping mapping, String call) {
    LostPageGuard guard = mapping.addresses().guard();
    long page = guard == null ? 0 : guard.lostPage();
    long offset = Math.max(0, page - mapping.geometry().addressOf(0));
    return met(mapping, call, offset, mapping.os.pageSize());
  }
}
