// SPDX-License-Identifier: Apache-2.0
//
// The glue for what the platform is and offers; and the numbers that Java and C++ share.

#include "jni_glue.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::Feature;
using mmapio::Limit;
using mmapio::Seal;
using mmapio::SyncMode;

#define MMAPIO_SAME(java, native) \
  static_assert(MMAPIO_JAVA(java) == static_cast<jint>(native), "Jni.java and platform.h differ")
MMAPIO_SAME(ACCESS_NONE, Access::kNone);
MMAPIO_SAME(ACCESS_READ_ONLY, Access::kReadOnly);
MMAPIO_SAME(ACCESS_READ_WRITE, Access::kReadWrite);
MMAPIO_SAME(ACCESS_COPY_ON_WRITE, Access::kCopyOnWrite);
MMAPIO_SAME(ADVICE_NORMAL, Advice::kNormal);
MMAPIO_SAME(ADVICE_RANDOM, Advice::kRandom);
MMAPIO_SAME(ADVICE_SEQUENTIAL, Advice::kSequential);
MMAPIO_SAME(ADVICE_WILLNEED, Advice::kWillNeed);
MMAPIO_SAME(ADVICE_DONTNEED, Advice::kDontNeed);
MMAPIO_SAME(ADVICE_COLD, Advice::kCold);
MMAPIO_SAME(ADVICE_PAGEOUT, Advice::kPageOut);
MMAPIO_SAME(ADVICE_HUGEPAGE, Advice::kHugePage);
MMAPIO_SAME(ADVICE_NOHUGEPAGE, Advice::kNoHugePage);
MMAPIO_SAME(ADVICE_COLLAPSE, Advice::kCollapse);
MMAPIO_SAME(ADVICE_DONTDUMP, Advice::kDontDump);
MMAPIO_SAME(ADVICE_DODUMP, Advice::kDoDump);
MMAPIO_SAME(ADVICE_DONTFORK, Advice::kDontFork);
MMAPIO_SAME(ADVICE_DOFORK, Advice::kDoFork);
MMAPIO_SAME(ADVICE_MERGEABLE, Advice::kMergeable);
MMAPIO_SAME(ADVICE_UNMERGEABLE, Advice::kUnmergeable);
MMAPIO_SAME(FEATURE_SHRINK, Feature::kShrink);
MMAPIO_SAME(FEATURE_POPULATE_WRITE, Feature::kPopulateWrite);
MMAPIO_SAME(FEATURE_HUGE_PAGES, Feature::kHugePages);
MMAPIO_SAME(FEATURE_DISCARD, Feature::kDiscard);
MMAPIO_SAME(FEATURE_PUNCH_HOLE, Feature::kPunchHole);
MMAPIO_SAME(FEATURE_EVICT, Feature::kEvict);
MMAPIO_SAME(FEATURE_CACHE_STATE, Feature::kCacheState);
MMAPIO_SAME(FEATURE_CHECKED_ACCESS, Feature::kCheckedAccess);
MMAPIO_SAME(FEATURE_SEALED_MEMORY, Feature::kSealedMemory);
MMAPIO_SAME(FEATURE_GUARD, Feature::kGuard);
MMAPIO_SAME(FEATURE_WAIT, Feature::kWait);
MMAPIO_SAME(FEATURE_WAIT_LONG, Feature::kWaitLong);
MMAPIO_SAME(FEATURE_CHANGE_TRACKING, Feature::kChangeTracking);
MMAPIO_SAME(FEATURE_RECENCY, Feature::kRecency);
MMAPIO_SAME(WAIT_WOKEN, mmapio::kWoken);
MMAPIO_SAME(WAIT_CHANGED, mmapio::kChanged);
MMAPIO_SAME(WAIT_TIMED_OUT, mmapio::kTimedOut);
MMAPIO_SAME(SEAL_NONE, Seal::kNone);
MMAPIO_SAME(SEAL_SHRINKING, Seal::kShrinking);
MMAPIO_SAME(SEAL_SHRINKING_AND_GROWING, Seal::kShrinkingAndGrowing);
MMAPIO_SAME(LIMIT_LOCKED_MEMORY, Limit::kLockedMemory);
MMAPIO_SAME(LIMIT_ADDRESS_SPACE, Limit::kAddressSpace);
MMAPIO_SAME(LIMIT_OPEN_FILES, Limit::kOpenFiles);
MMAPIO_SAME(LIMIT_FILE_SIZE, Limit::kFileSize);
MMAPIO_SAME(SYNC_ASYNC, SyncMode::kAsync);
MMAPIO_SAME(SYNC_BLOCKING, SyncMode::kBlocking);
MMAPIO_SAME(SYNC_DURABLE, SyncMode::kDurable);
#undef MMAPIO_SAME
static_assert(MMAPIO_JAVA(UNSUPPORTED) == mmapio::kUnsupported, "Jni.java and platform.h differ");
static_assert(MMAPIO_JAVA(LOST) == mmapio::kLost, "Jni.java and platform.h differ");
static_assert(MMAPIO_JAVA(SIZE_UNKNOWN) == mmapio::kSizeUnknown, "Jni.java and platform.h differ");
static_assert(MMAPIO_JAVA(CACHE_COUNTS) * sizeof(jlong) == sizeof(mmapio::CacheCounts),
              "Jni.java and platform.h differ");

}  // namespace

extern "C" {

JNIEXPORT void JNICALL JNI_OnUnload(JavaVM*, void*) { mmapio::Unload(); }

JNIEXPORT jint JNICALL Java_io_mmapio_internal_jni_Jni_version(JNIEnv*, jclass) {
  return MMAPIO_JAVA(VERSION);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_pageSize(JNIEnv*, jclass) {
  return mmapio::PageSize();
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_granularity(JNIEnv*, jclass) {
  return mmapio::Granularity();
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_supports(JNIEnv*, jclass, jint feature) {
  return mmapio::Supports(static_cast<Feature>(feature));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_limit(JNIEnv*, jclass, jint limit) {
  return mmapio::LimitOf(static_cast<Limit>(limit));
}

JNIEXPORT jstring JNICALL Java_io_mmapio_internal_jni_Jni_errorName(JNIEnv* env, jclass,
                                                                    jint error) {
  const char* const name = mmapio::ErrorName(error);
  return name == nullptr ? nullptr : env->NewStringUTF(name);
}

}  // extern "C"
