// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.SyncMode;
import io.mmapio.spi.FileCalls.Seal;
import io.mmapio.spi.MmapBackend.Limit;

/** The number that C++ knows a constant by. */
final class JniCode {
  private JniCode() {}

  static int of(Access access) {
    return switch (access) {
      case NONE -> Jni.ACCESS_NONE;
      case READ_ONLY -> Jni.ACCESS_READ_ONLY;
      case READ_WRITE -> Jni.ACCESS_READ_WRITE;
      case COPY_ON_WRITE -> Jni.ACCESS_COPY_ON_WRITE;
    };
  }

  static int of(Advice advice) {
    return switch (advice) {
      case NORMAL -> Jni.ADVICE_NORMAL;
      case RANDOM -> Jni.ADVICE_RANDOM;
      case SEQUENTIAL -> Jni.ADVICE_SEQUENTIAL;
      case WILLNEED -> Jni.ADVICE_WILLNEED;
      case DONTNEED -> Jni.ADVICE_DONTNEED;
      case COLD -> Jni.ADVICE_COLD;
      case PAGEOUT -> Jni.ADVICE_PAGEOUT;
      case HUGEPAGE -> Jni.ADVICE_HUGEPAGE;
      case NOHUGEPAGE -> Jni.ADVICE_NOHUGEPAGE;
      case COLLAPSE -> Jni.ADVICE_COLLAPSE;
      case DONTDUMP -> Jni.ADVICE_DONTDUMP;
      case DODUMP -> Jni.ADVICE_DODUMP;
      case DONTFORK -> Jni.ADVICE_DONTFORK;
      case DOFORK -> Jni.ADVICE_DOFORK;
      case MERGEABLE -> Jni.ADVICE_MERGEABLE;
      case UNMERGEABLE -> Jni.ADVICE_UNMERGEABLE;
    };
  }

  static int of(Seal seal) {
    return switch (seal) {
      case NONE -> Jni.SEAL_NONE;
      case SHRINKING -> Jni.SEAL_SHRINKING;
      case SHRINKING_AND_GROWING -> Jni.SEAL_SHRINKING_AND_GROWING;
    };
  }

  static int of(SyncMode mode) {
    return switch (mode) {
      case ASYNC -> Jni.SYNC_ASYNC;
      case BLOCKING -> Jni.SYNC_BLOCKING;
      case DURABLE -> Jni.SYNC_DURABLE;
    };
  }

  static int of(Feature feature) {
    return switch (feature) {
      case SHRINK -> Jni.FEATURE_SHRINK;
      case POPULATE_WRITE -> Jni.FEATURE_POPULATE_WRITE;
      case HUGE_PAGES -> Jni.FEATURE_HUGE_PAGES;
      case DISCARD -> Jni.FEATURE_DISCARD;
      case PUNCH_HOLE -> Jni.FEATURE_PUNCH_HOLE;
      case EVICT -> Jni.FEATURE_EVICT;
      case CACHE_STATE -> Jni.FEATURE_CACHE_STATE;
      case CHECKED_ACCESS -> Jni.FEATURE_CHECKED_ACCESS;
      case SEALED_MEMORY -> Jni.FEATURE_SEALED_MEMORY;
      case GUARD -> Jni.FEATURE_GUARD;
      case WAIT -> Jni.FEATURE_WAIT;
      case WAIT_LONG -> Jni.FEATURE_WAIT_LONG;
      case CHANGE_TRACKING -> Jni.FEATURE_CHANGE_TRACKING;
      case RECENCY -> Jni.FEATURE_RECENCY;
    };
  }

  static int of(Limit limit) {
    return switch (limit) {
      case LOCKED_MEMORY -> Jni.LIMIT_LOCKED_MEMORY;
      case ADDRESS_SPACE -> Jni.LIMIT_ADDRESS_SPACE;
      case OPEN_FILES -> Jni.LIMIT_OPEN_FILES;
      case FILE_SIZE -> Jni.LIMIT_FILE_SIZE;
    };
  }
}
