// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * Counts of pages of a file, whoever reads or maps it. See cachestat(2).
 *
 * @param cached in the file cache
 * @param dirty of these, changed and not written to the device yet
 * @param writeback of these, being written now
 * @param evicted not in the cache any more, having been there
 * @param recentlyEvicted of these, so lately that reading them again speaks of too little memory
 */
public record CacheState(
    long cached, long dirty, long writeback, long evicted, long recentlyEvicted) {}
