// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Map;

/** {@link MmapStatistics} for JMX. Every read of an attribute computes the statistics again. */
public interface MmapMXBean {
  /**
   * Returns the number of open regions.
   *
   * @return zero or more
   */
  int getOpenRegions();

  /**
   * Returns the number of mapped bytes.
   *
   * @return bytes in all open regions
   */
  long getMappedBytes();

  /**
   * Returns the number of mapped bytes for each file.
   *
   * @return bytes by file name
   */
  Map<String, Long> getBytesByFile();

  /**
   * Returns the number of tombstones: closed regions that keep their addresses because views of
   * them are reachable.
   *
   * @return zero or more
   */
  long getTombstones();

  /**
   * Returns the size of the address ranges of all tombstones.
   *
   * @return bytes
   */
  long getTombstoneBytes();

  /**
   * Returns the number of mappings of the process.
   *
   * @return all mappings, including those of the JVM; -1 on systems other than Linux
   */
  long getMappings();

  /**
   * Returns the number of mappings that the process may have.
   *
   * @return vm.max_map_count; -1 on systems other than Linux
   */
  long getMappingLimit();

  /**
   * Returns how often hints were given and pages worked on.
   *
   * @return calls by name, as described at {@link MmapStatistics#calls()}
   */
  Map<String, Long> getCalls();

  /**
   * Returns for how many bytes hints were given and pages worked on.
   *
   * @return bytes by name, as described at {@link MmapStatistics#calls()}
   */
  Map<String, Long> getCallBytes();

  /**
   * Returns how many bytes were evicted.
   *
   * @return bytes that have left memory, as {@link Pages#evict()} measures them
   */
  long getEvictedBytes();

  /**
   * Returns the size of the page tables of the process.
   *
   * @return bytes; -1 on systems other than Linux
   */
  long getPageTableBytes();

  /**
   * Returns how much the process has locked in memory.
   *
   * @return bytes; -1 on systems other than Linux
   */
  long getLockedBytes();

  /**
   * Returns the files that are mapped by the process and were deleted.
   *
   * @return mapped bytes by file name; empty on systems other than Linux
   */
  Map<String, Long> getDeletedFiles();

  /**
   * Returns the sum of the limits of all budgets that have regions.
   *
   * @return bytes
   */
  long getBudgetLimit();

  /**
   * Returns what the regions of all budgets had in memory when the budgets looked last.
   *
   * @return bytes
   */
  long getBudgetResident();

  /**
   * Returns what has left memory on account of all budgets that have regions.
   *
   * @return bytes since each of them was created
   */
  long getBudgetEvicted();

  /**
   * Returns how many calls of all budgets that have regions have failed.
   *
   * @return zero or more
   */
  long getBudgetFailures();
}
