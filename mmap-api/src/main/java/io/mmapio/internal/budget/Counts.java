// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import java.util.concurrent.atomic.AtomicLong;

/** What a pool has done. */
final class Counts {
  final AtomicLong rounds = new AtomicLong();
  final AtomicLong timesOver = new AtomicLong();
  final AtomicLong bytesOver = new AtomicLong();
  final AtomicLong pagesExamined = new AtomicLong();
  final AtomicLong bytesSpared = new AtomicLong();
  final AtomicLong bytesAsked = new AtomicLong();
  final AtomicLong bytesLeft = new AtomicLong();
  final AtomicLong bytesWritten = new AtomicLong();
  final AtomicLong failures = new AtomicLong();
}
