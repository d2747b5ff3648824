// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.MmapStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program that takes all the mappings that there are gets an exception; its JVM lives. */
@Tag("child-jvm")
final class MappingLimitTest {
  @Test
  void openRegionsUpToTheLimit() throws Exception {
    run("open");
  }

  /** Every second range may only be read, so the tombstones between cannot merge. */
  @Test
  void closedRegionsWithViewsUpToTheLimit() throws Exception {
    run("closed");
  }

  private void run(String what) throws Exception {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("the mappings of the emulator are counted");
    ChildJvm.Outcome outcome = new ChildJvm().run(Greedy.class, what);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("refused, then mapped"), outcome.output());
    assertTrue(outcome.output().contains("vm.max_map_count"), outcome.output()); // the warning
  }

  /** Maps until it is refused. */
  static final class Greedy {
    private Greedy() {}

    public static void main(String[] args) throws IOException {
      List<Object> held = new ArrayList<>();
      MmapException refused = null;
      while (refused == null) {
        try {
          take(args[0].equals("closed"), held);
        } catch (MmapException e) {
          refused = e;
        }
      }
      MmapStatistics statistics = Mmap.statistics();
      long left = statistics.mappingLimit().orElseThrow() - statistics.mappings().orElseThrow();
      System.out.println(refused.getMessage() + " left " + left);
      // What the JVM itself needs is there: a thread, and a collection.
      Thread thread = new Thread(System::gc);
      thread.start();
      join(thread);
      for (Object one : held) {
        if (one instanceof MappedRegion region) {
          region.close();
        }
      }
      held.clear();
      Mmap.anonymous(10).map().close();
      System.out.println(left > 500 ? "refused, then mapped" : "refused too late");
    }

    /** Neighbours of one kind would be one mapping for the kernel. */
    private static void take(boolean close, List<Object> held) throws IOException {
      boolean second = held.size() % 2 == 1;
      Access access = second ? Access.READ_ONLY : Access.READ_WRITE;
      MappedRegion region = Mmap.anonymous(4096).access(access).map();
      if (close && !second) {
        held.add(region.buffer());
        region.close();
      } else {
        held.add(region);
      }
    }

    private static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
