// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** A copy-on-write mapping whose pages are small, and are lost with the power. */
final class MemoryPages implements PrivatePages {
  static final int PAGE = 1024;

  private final Disk file;
  private final TreeMap<Integer, byte[]> copies = new TreeMap<>();

  MemoryPages(Disk file) {
    this.file = file;
  }

  /** Stores a value all over a page. */
  void fill(int page, byte[] contents) {
    copies.put(page, contents);
  }

  @Override
  public Runs find() throws IOException {
    Runs runs = new Runs();
    for (int page : copies.keySet()) {
      long offset = (long) page * PAGE;
      runs.add(offset, Math.min(PAGE, file.size() - offset));
    }
    return runs;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    while (target.hasRemaining()) {
      byte[] page = copies.get((int) (offset / PAGE));
      int within = (int) (offset % PAGE);
      int some = Math.min(target.remaining(), PAGE - within);
      target.put(page, within, some);
      offset += some;
    }
  }

  @Override
  public void requireWholeFile() {}

  @Override
  public void dropChanges(Runs runs) {
    copies.clear();
  }

  @Override
  public void dropCopies(Runs runs) {
    copies.clear();
  }
}
