// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.lifetime.Reaper;
import io.mmapio.internal.lifetime.Tombstones;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.system.LinuxLimits;
import io.mmapio.internal.telemetry.ManagementBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What this library had mapped when {@link Mmap#statistics()} looked.
 *
 * @param openRegions those neither closed nor collected, the oldest first
 * @param tombstones closed regions whose addresses are kept because views of them can be reached
 * @param tombstoneBytes addresses that these take
 * @param mappings of the whole process, the JVM's own included; empty on other systems than Linux
 * @param mappingLimit how many it may have: vm.max_map_count; empty on other systems than Linux
 */
public record MmapStatistics(
    List<OpenRegion> openRegions,
    long tombstones,
    long tombstoneBytes,
    OptionalLong mappings,
    OptionalLong mappingLimit) {
  /**
   * Returns how much is mapped.
   *
   * @return bytes in all open regions
   */
  public long bytes() {
    return openRegions.stream().mapToLong(OpenRegion::size).sum();
  }

  /**
   * Returns how much of which file is mapped.
   *
   * @return bytes by name, what is mapped twice counted twice
   */
  public Map<String, Long> bytesByFile() {
    return openRegions.stream()
        .collect(Collectors.groupingBy(OpenRegion::file, Collectors.summingLong(OpenRegion::size)));
  }

  /**
   * Makes these figures a bean of the platform's MBean server, {@code io.mmapio:type=Mmap}: see
   * {@link MmapMXBean}. Doing it again changes nothing.
   *
   * @throws UnsupportedOperationException if this JVM has no module java.management
   */
  public static void register() {
    ManagementBean.register(Bean::new);
  }

  /**
   * Takes the bean back that {@link #register} made: the MBean server would keep this library's
   * class loader. An application that is undeployed does so at its end. Without a bean it changes
   * nothing.
   *
   * @throws UnsupportedOperationException if this JVM has no module java.management
   */
  public static void unregister() {
    ManagementBean.unregister();
  }

  /** Looks. */
  static MmapStatistics now() {
    List<OpenRegion> regions =
        Reaper.regions().stream().map(Mapping.class::cast).map(MmapStatistics::describe).toList();
    return new MmapStatistics(
        regions,
        Tombstones.count(),
        Tombstones.bytes(),
        LinuxLimits.mappings(),
        LinuxLimits.maxMappings());
  }

  private static OpenRegion describe(Mapping mapping) {
    return new OpenRegion(
        mapping.name(),
        mapping.request().offset(),
        mapping.size(),
        mapping.access(),
        Optional.ofNullable(mapping.creationSite()));
  }

  /** Each question looks again. */
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
  }
}
