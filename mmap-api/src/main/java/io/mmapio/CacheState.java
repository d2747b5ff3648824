// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * Counts of the pages of a file in the file cache, regardless of which process reads or maps the
 * file. See cachestat(2).
 *
 * @param cached pages in the file cache
 * @param dirty cached pages that were changed and not yet written to the device
 * @param writeback cached pages that are being written to the device
 * @param evicted pages that were in the file cache and no longer are
 * @param recentlyEvicted evicted pages that left the cache so recently that reading them again
 *     indicates too little memory
 */
public record CacheState(
    long cached, long dirty, long writeback, long evicted, long recentlyEvicted) {}
