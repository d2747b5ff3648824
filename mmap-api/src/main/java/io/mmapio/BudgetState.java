// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * What a {@link Budget} has done and where it stands, at the time of {@link Budget#state()}. The
 * counts begin with the budget.
 *
 * @param limit bytes that the regions may keep in memory
 * @param resident bytes that they have in memory, as the budget found lately: see {@link
 *     Budget#resident()} for the number at this moment
 * @param regions number of open regions in the budget
 * @param rounds how often the budget has looked at its regions
 * @param timesOver in how many of the rounds the regions had more than the limit in memory
 * @param bytesOver the most that they were found to have above the limit
 * @param pagesExamined pages whose state was looked at to choose what to drop
 * @param bytesSpared bytes that had been touched and got a second chance
 * @param bytesAsked bytes in memory that the operating system was asked to drop
 * @param bytesLeft of these, the bytes that were not in memory afterwards; locked pages, pages that
 *     another process has mapped, and pages that were touched again stay
 * @param bytesWritten bytes that had to be written back first; zero where the operating system does
 *     not count them: see {@link Feature#CACHE_STATE}
 * @param failures calls that failed; the first for each region is logged
 */
public record BudgetState(
    long limit,
    long resident,
    int regions,
    long rounds,
    long timesOver,
    long bytesOver,
    long pagesExamined,
    long bytesSpared,
    long bytesAsked,
    long bytesLeft,
    long bytesWritten,
    long failures) {
  /**
   * Returns how far the regions are above the limit. They stay above it if pinned, locked or
   * elsewhere mapped pages alone exceed it, or pages whose writing back has failed.
   *
   * @return bytes, zero or more
   */
  public long excess() {
    return Math.max(0, resident - limit);
  }
}
