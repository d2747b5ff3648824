// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Map;

/** {@link MmapStatistics} for JMX, looked at anew with every question. */
public interface MmapMXBean {
  /**
   * Returns how many regions are open.
   *
   * @return zero or more
   */
  int getOpenRegions();

  /**
   * Returns how much is mapped.
   *
   * @return bytes in all open regions
   */
  long getMappedBytes();

  /**
   * Returns how much of which file is mapped.
   *
   * @return bytes by name
   */
  Map<String, Long> getBytesByFile();

  /**
   * Returns how many closed regions still hold addresses, because views can be reached.
   *
   * @return zero or more
   */
  long getTombstones();

  /**
   * Returns how many addresses these hold.
   *
   * @return bytes
   */
  long getTombstoneBytes();

  /**
   * Returns how many mappings the process has.
   *
   * @return all of them, -1 on other systems than Linux
   */
  long getMappings();

  /**
   * Returns how many mappings the process may have.
   *
   * @return vm.max_map_count, -1 on other systems than Linux
   */
  long getMappingLimit();
}
