// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;

/** A program that says whether stores are tracked, and what a mark answers. */
final class TrackingRefused {
  private TrackingRefused() {}

  public static void main(String[] args) throws Exception {
    System.out.println("supported: " + Feature.CHANGE_TRACKING.isSupported());
    try (MappedRegion region = Mmap.anonymous(Mmap.pageSize()).capacity(1 << 20).map();
        MappedRegion empty = Mmap.anonymous(0).capacity(1 << 20).map()) {
      for (MappedRegion one : new MappedRegion[] {region, empty}) {
        try {
          System.out.println("marked: " + one.changedSince(one.mark()));
        } catch (UnsupportedOperationException e) {
          System.out.println("refused: " + e.getMessage());
        }
        one.grow(2 * Mmap.pageSize());
        one.buffer().put(0, (byte) 1);
      }
    }
    System.out.println("done");
  }
}
