// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.Statistics;
import java.util.List;
import java.util.Map;
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
    Statistics.register();
  }

  /**
   * Takes the bean back that {@link #register} made: the MBean server would keep this library's
   * class loader. An application that is undeployed does so at its end. Without a bean it changes
   * nothing.
   *
   * @throws UnsupportedOperationException if this JVM has no module java.management
   */
  public static void unregister() {
    Statistics.unregister();
  }
}
