// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.budget.Pool;
import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.lifetime.Tombstones;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.system.LinuxLimits;
import io.mmapio.internal.system.LinuxMemory;
import io.mmapio.internal.telemetry.CallTotals;
import io.mmapio.internal.telemetry.ManagementBean;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Statistics of this library at the time of {@link Mmap#statistics()}.
 *
 * @param openRegions regions that are neither closed nor collected, the oldest first
 * @param tombstones number of closed regions that keep their addresses because views of them are
 *     reachable
 * @param tombstoneBytes size of the address ranges of all tombstones
 * @param mappings number of mappings of the whole process, including those of the JVM; empty on
 *     systems other than Linux
 * @param mappingLimit number of mappings that the process may have, vm.max_map_count; empty on
 *     systems other than Linux
 * @param calls hints and other calls on pages since the library was loaded, by the name of the
 *     {@link Advice}, for example {@code WILLNEED}, or of the method: {@code sync}, {@code
 *     populate}, {@code fetch}, {@code lock}, {@code discard}, {@code punchHole}, {@code evict}.
 *     What was never called is missing
 * @param evictedBytes that have left memory, as {@link Pages#evict()} measures them
 * @param pageTableBytes size of the page tables of the whole process: 8 bytes for each page that
 *     was touched, on most systems; empty on systems other than Linux
 * @param lockedBytes that the whole process has locked in memory; empty on systems other than Linux
 * @param deletedFiles bytes that the process has mapped of files that were deleted, by the names
 *     that the files had; their storage is free only once they are unmapped. Without files in
 *     memory. Always empty on systems other than Linux
 * @param budgets what each {@link Budget} that has regions has done
 */
public record MmapStatistics(
    List<OpenRegion> openRegions,
    long tombstones,
    long tombstoneBytes,
    OptionalLong mappings,
    OptionalLong mappingLimit,
    Map<String, CallTotal> calls,
    long evictedBytes,
    OptionalLong pageTableBytes,
    OptionalLong lockedBytes,
    Map<String, Long> deletedFiles,
    List<BudgetState> budgets) {
  /**
   * Returns the number of mapped bytes.
   *
   * @return bytes in all open regions
   */
  public long bytes() {
    return openRegions.stream().mapToLong(OpenRegion::size).sum();
  }

  /**
   * Returns the number of mapped bytes for each file.
   *
   * @return bytes by file name; bytes that are mapped twice count twice
   */
  public Map<String, Long> bytesByFile() {
    return openRegions.stream()
        .collect(Collectors.groupingBy(OpenRegion::file, Collectors.summingLong(OpenRegion::size)));
  }

  /**
   * Registers an {@link MmapMXBean} with the platform's MBean server, as {@code
   * io.mmapio:type=Mmap}. Registering again changes nothing.
   *
   * @throws UnsupportedOperationException if this JVM does not have the module java.management
   */
  public static void register() {
    ManagementBean.register(Bean::new);
  }

  /**
   * Unregisters the bean of {@link #register}. While the bean is registered, the MBean server keeps
   * the class loader of this library alive, so an application should call this method when it is
   * undeployed. Without a registered bean this method does nothing.
   *
   * @throws UnsupportedOperationException if this JVM does not have the module java.management
   */
  public static void unregister() {
    ManagementBean.unregister();
  }

  /** Computes the statistics. */
  static MmapStatistics now() {
    List<OpenRegion> regions =
        Reaper.regions().stream().map(Mapping.class::cast).map(MmapStatistics::describe).toList();
    return new MmapStatistics(
        regions,
        Tombstones.count(),
        Tombstones.bytes(),
        LinuxLimits.mappings(),
        LinuxLimits.maxMappings(),
        totals(),
        CallTotals.bytes(CallTotals.Kind.EVICTED),
        LinuxMemory.pageTableBytes(),
        LinuxMemory.lockedBytes(),
        LinuxMemory.deletedFiles(),
        Pool.states());
  }

  private static Map<String, CallTotal> totals() {
    Map<String, CallTotal> totals = new TreeMap<>();
    for (Advice advice : Advice.values()) {
      put(totals, advice.name(), CallTotals.calls(advice), CallTotals.bytes(advice));
    }
    for (CallTotals.Kind kind : CallTotals.Kind.values()) {
      if (kind != CallTotals.Kind.EVICTED) {
        put(totals, kind.label(), CallTotals.calls(kind), CallTotals.bytes(kind));
      }
    }
    return Collections.unmodifiableMap(totals);
  }

  private static void put(Map<String, CallTotal> totals, String name, long calls, long bytes) {
    if (calls > 0) {
      totals.put(name, new CallTotal(calls, bytes));
    }
  }

  private static OpenRegion describe(Mapping mapping) {
    return new OpenRegion(
        mapping.name(),
        mapping.request().offset(),
        mapping.size(),
        mapping.access(),
        Optional.ofNullable(mapping.creationSite()));
  }

  /** Computes the statistics again for every attribute that is read. */
  private static final class Bean implements MmapMXBean {
    @Override
    public int getOpenRegions() {
      return now().openRegions().size();
    }

    @Override
    public long getMappedBytes() {
      return now().bytes();
    }

    @Override
    public Map<String, Long> getBytesByFile() {
      return now().bytesByFile();
    }

    @Override
    public long getTombstones() {
      return now().tombstones();
    }

    @Override
    public long getTombstoneBytes() {
      return now().tombstoneBytes();
    }

    @Override
    public long getMappings() {
      return now().mappings().orElse(-1);
    }

    @Override
    public long getMappingLimit() {
      return now().mappingLimit().orElse(-1);
    }

    @Override
    public long getBudgetLimit() {
      return Pool.states().stream().mapToLong(BudgetState::limit).sum();
    }

    @Override
    public long getBudgetResident() {
      return Pool.states().stream().mapToLong(BudgetState::resident).sum();
    }

    @Override
    public long getBudgetEvicted() {
      return Pool.states().stream().mapToLong(BudgetState::bytesLeft).sum();
    }

    @Override
    public long getBudgetFailures() {
      return Pool.states().stream().mapToLong(BudgetState::failures).sum();
    }

    @Override
    public Map<String, Long> getCalls() {
      Map<String, Long> calls = new TreeMap<>();
      totals().forEach((name, total) -> calls.put(name, total.calls()));
      return calls;
    }

    @Override
    public Map<String, Long> getCallBytes() {
      Map<String, Long> bytes = new TreeMap<>();
      totals().forEach((name, total) -> bytes.put(name, total.bytes()));
      return bytes;
    }

    @Override
    public long getEvictedBytes() {
      return CallTotals.bytes(CallTotals.Kind.EVICTED);
    }

    @Override
    public long getPageTableBytes() {
      return LinuxMemory.pageTableBytes().orElse(-1);
    }

    @Override
    public long getLockedBytes() {
      return LinuxMemory.lockedBytes().orElse(-1);
    }

    @Override
    public Map<String, Long> getDeletedFiles() {
      return LinuxMemory.deletedFiles();
    }
  }
}
