// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import io.mmapio.internal.pages.AdviceOperation;
import io.mmapio.internal.pages.BulkCopy;
import io.mmapio.internal.pages.CacheCounts;
import io.mmapio.internal.pages.CheckedCopy;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.internal.pages.PageLocking;
import io.mmapio.internal.pages.PagePopulation;
import io.mmapio.internal.pages.PageRemoval;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.MapRequest.Start;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.views.Protection;
import io.mmapio.internal.views.Views;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation with an OS whose first call fails, whose second call fails, and so on, as SQLite
 * does it: the failure is an exception or does no harm, what was taken is given back, and the file
 * is as long as it was.
 */
final class EveryCallFailsTest {
  private static final long FILE = 300_000;
  private static final long GROWN = 900_000;

  /** A use of a region. */
  @FunctionalInterface
  private interface Use {
    void of(Mapping mapping) throws IOException;
  }

  /** The collector must not choose whether the reaper makes a call of its own. */
  private static final List<ByteBuffer> REACHABLE = new ArrayList<>();

  private static final Map<String, MapRequest> SPECS = specs();
  private static final Map<String, Use> USES = uses();

  private static Map<String, MapRequest> specs() {
    Source file = new Source.OfDescriptor(new FileDescriptor());
    Start all = new Start(Advice.RANDOM, Prefault.READ, true, true);
    Map<String, MapRequest> specs = new LinkedHashMap<>();
    specs.put("file", spec(file, 0, FILE, Growth.NEVER, Layout.PLAIN, Start.NOTHING));
    specs.put("extended", spec(file, 10, 500_000, Growth.ALLOCATE, Layout.PLAIN, all));
    specs.put(
        "without descriptor",
        new MapRequest(
            file,
            Access.READ_ONLY,
            10,
            FILE - 10,
            Growth.NEVER,
            Layout.PLAIN,
            Start.NOTHING,
            /* withoutDescriptor= */ true));
    Layout growing = new Layout(1 << 20, false, 0);
    specs.put("growing", spec(file, 0, FILE, Growth.ALLOCATE, growing, Start.NOTHING));
    specs.put("guarded and growing", spec(file, 0, FILE, Growth.SPARSE, growing, all));
    Layout mirrored = new Layout(0, true, 0);
    Source memory = new Source.Anonymous();
    specs.put("mirrored", spec(memory, 0, SimulatedOs.UNIT, Growth.NEVER, mirrored, Start.NOTHING));
    return specs;
  }

  private static MapRequest spec(
      Source source, long offset, long length, Growth growth, Layout layout, Start start) {
    return new MapRequest(source, Access.READ_WRITE, offset, length, growth, layout, start);
  }

  private static Map<String, Use> uses() {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("nothing", mapping -> {});
    uses.put("buffer", mapping -> REACHABLE.add(new Views(mapping).buffer(5, 10)));
    uses.put("advise", mapping -> AdviceOperation.advise(mapping, 1, 5000, Advice.WILLNEED));
    uses.put(
        "advise all", m -> AdviceOperation.adviseAll(m, new long[] {1, 9000}, 10, Advice.WILLNEED));
    uses.put("sync", mapping -> WriteBack.sync(mapping, 1, 5000, SyncMode.DURABLE, false));
    uses.put("incore", EveryCallFailsTest::incore);
    uses.put(
        "populate", m -> PagePopulation.populate(m, 0, 50_000, Prefault.WRITE, (d, t) -> true));
    uses.put("lock", mapping -> PageLocking.lock(mapping, 0, 5000));
    uses.put("unlock", mapping -> PageLocking.unlock(mapping, 0, 5000));
    uses.put("evict", mapping -> Eviction.evict(mapping, 0, 5000));
    uses.put("cacheState", mapping -> CacheCounts.cacheState(mapping, 0, 5000));
    uses.put("punchHole", mapping -> PageRemoval.punchHole(mapping, 0, 50_000));
    uses.put("read", mapping -> CheckedCopy.copy(mapping, 0, ByteBuffer.allocate(99), false));
    uses.put("write", mapping -> CheckedCopy.copy(mapping, 0, ByteBuffer.allocate(99), true));
    uses.put("read block", m -> new BulkCopy(m).copy(0, ByteBuffer.allocate(99), false));
    uses.put("write block", m -> new BulkCopy(m).copy(0, ByteBuffer.allocate(99), true));
    uses.put(
        "protect", mapping -> Protection.protect(mapping, new Views(mapping), Access.READ_ONLY));
    uses.put("grow", mapping -> Resizer.grow(mapping, GROWN, StartOptions.ALL));
    uses.put("shrink", mapping -> Resizer.shrink(mapping, 1000));
    uses.put("mark", ChangeTracking::mark);
    uses.put("mark again", EveryCallFailsTest::markAgain);
    uses.put("mark and grow", EveryCallFailsTest::markAndGrow);
    uses.put("mark and shrink", EveryCallFailsTest::markAndShrink);
    uses.put("trim", mapping -> mapping.trimOnClose(1000));
    return uses;
  }

  private static void incore(Mapping mapping) throws IOException {
    ResidencyScan.isResidencyVisible(mapping);
    ResidencyScan.scan(mapping, 0, mapping.size(), (bits, pages) -> {});
  }

  private static void markAgain(Mapping mapping) throws IOException {
    long mark = ChangeTracking.mark(mapping);
    ChangeTracking.mark(mapping);
    Objects.requireNonNull(mapping.changes()).since(mark);
  }

  private static void markAndGrow(Mapping mapping) throws IOException {
    ChangeTracking.mark(mapping);
    Resizer.grow(mapping, GROWN, StartOptions.ALL);
  }

  private static void markAndShrink(Mapping mapping) throws IOException {
    ChangeTracking.mark(mapping);
    Resizer.shrink(mapping, 1000);
  }

  static Stream<String> names() {
    return USES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void whicheverCallFails(String name) {
    Use use = Objects.requireNonNull(USES.get(name));
    for (Map.Entry<String, MapRequest> spec : SPECS.entrySet()) {
      String what = name + " of " + spec.getKey();
      SimulatedOs healthy = run(spec.getValue(), use, SimulatedOs.NEVER, what);
      assertEquals("", healthy.leftovers(), what + healthy);
      assertTrue(healthy.calls() >= 3, what);
      for (long n = 1; n <= healthy.calls(); n++) {
        SimulatedOs os = run(spec.getValue(), use, n, what);
        assertFalse(os.failed().isEmpty(), what + ", call " + n);
        assertEquals("", os.leftovers(), what + ", " + os.failed() + " failed: " + os);
      }
    }
  }

  private static SimulatedOs run(MapRequest spec, Use use, long failAt, String what) {
    SimulatedOs os = new SimulatedOs(FILE, failAt);
    Mapping mapping = null;
    try {
      mapping = MappingCreator.map(os.backend, spec.checked(), StartOptions.ALL);
      long before = os.fileSize();
      try {
        use.of(mapping);
      } catch (MmapException e) {
        // Whatever was begun was taken back, or could not be because that is what failed.
        assertTrue(os.fileSize() == before || os.failed().equals("truncate"), what + os);
        throw e;
      }
    } catch (MmapException e) {
      assertEquals(SimulatedOs.ERROR, e.errno(), what + os);
    } catch (OutOfMemoryError e) {
      assertEquals("view", os.failed(), what + os); // of the JVM's heap, and nothing else is made
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // That is nothing for such a region, whatever the OS does.
    } catch (IOException e) {
      throw new AssertionError(what + os, e);
    } finally {
      close(mapping, os, what);
    }
    return os;
  }

  private static void close(@Nullable Mapping mapping, SimulatedOs os, String what) {
    if (mapping == null) {
      return;
    }
    try {
      mapping.close();
    } catch (UncheckedIOException e) {
      assertInstanceOf(MmapException.class, e.getCause(), what + os);
    }
    assertFalse(mapping.isOpen());
    mapping.close();
  }
}
