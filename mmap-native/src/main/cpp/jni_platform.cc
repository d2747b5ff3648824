// SPDX-License-Identifier: Apache-2.0
//
// The glue between io.mmapio.internal.jni.Jni and platform.h: it casts, calls and returns. It
// decides nothing and throws nothing; minus the error of the OS goes back to Java. Including the
// header that javac -h made keeps the signatures honest.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "io_mmapio_internal_jni_Jni.h"
#include "platform.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::Feature;
using mmapio::Limit;
using mmapio::Seal;
using mmapio::SyncMode;

#define MMAPIO_JAVA(name) io_mmapio_internal_jni_Jni_##name
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

constexpr std::size_t kWords = MMAPIO_JAVA(RESIDENT_WORDS);
constexpr std::size_t kCopied = 8 << 10;  // bytes that arrays are copied by
constexpr jsize kAdviceNumbers = 128;     // of 64 ranges: what is copied to the stack at a time

void* ToPointer(jlong address) { return reinterpret_cast<void*>(address); }

std::size_t ToSize(jlong length) { return static_cast<std::size_t>(length); }

// The ID of one field of one class of java.base, which is never unloaded, so that the ID stays
// good. Looking it up costs as much as a system call. Two threads that look at once find the same.
class FieldCache {
 public:
  jfieldID Find(JNIEnv* env, jobject object, const char* name, const char* type) {
    auto* field = field_.load(std::memory_order_relaxed);
    if (field == nullptr) {
      field = env->GetFieldID(env->GetObjectClass(object), name, type);
      field_.store(field, std::memory_order_relaxed);
    }
    return field;
  }

 private:
  std::atomic<jfieldID> field_{nullptr};
};

jfieldID DescriptorField(JNIEnv* env, jobject descriptor) {
  static FieldCache cache;
  return cache.Find(env, descriptor, mmapio::kDescriptorField.name, mmapio::kDescriptorField.type);
}

mmapio::Handle HandleIn(JNIEnv* env, jobject descriptor) {
  auto* const field = DescriptorField(env, descriptor);
  if (field == nullptr) {
    return mmapio::kNoHandle;  // NoSuchFieldError is pending
  }
  return *mmapio::kDescriptorField.type == 'J' ? env->GetLongField(descriptor, field)
                                               : env->GetIntField(descriptor, field);
}

// The glue knows nothing of what lies there: the buffer is the caller's, and good.
char* AddressIn(JNIEnv* env, jobject buffer, jint position) {
  return static_cast<char*>(env->GetDirectBufferAddress(buffer)) + position;
}

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

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_duplicate(JNIEnv* env, jclass,
                                                                  jobject descriptor) {
  return mmapio::Duplicate(HandleIn(env, descriptor));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_duplicateOf(JNIEnv* env, jclass,
                                                                    jobject channel) {
  static FieldCache cache;
  auto* const field = cache.Find(env, channel, "fd", "Ljava/io/FileDescriptor;");
  return field == nullptr ? 0  // NoSuchFieldError is pending
                          : mmapio::Duplicate(HandleIn(env, env->GetObjectField(channel, field)));
}

JNIEXPORT void JNICALL Java_io_mmapio_internal_jni_Jni_setDescriptor(JNIEnv* env, jclass,
                                                                     jobject descriptor,
                                                                     jlong handle) {
  auto* const field = DescriptorField(env, descriptor);
  if (field == nullptr) {
    return;  // NoSuchFieldError is pending
  }
  if (*mmapio::kDescriptorField.type == 'J') {
    env->SetLongField(descriptor, field, handle);
  } else {
    env->SetIntField(descriptor, field, static_cast<jint>(handle));
  }
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_release(JNIEnv*, jclass, jlong handle) {
  return mmapio::Release(handle);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_size(JNIEnv*, jclass, jlong handle) {
  return mmapio::Size(handle);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_extend(JNIEnv*, jclass, jlong handle,
                                                               jlong offset, jlong length,
                                                               jboolean allocate) {
  return mmapio::Extend(handle, offset, length, allocate != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_truncate(JNIEnv*, jclass, jlong handle,
                                                                 jlong size) {
  return mmapio::Truncate(handle, size);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_punchHole(JNIEnv*, jclass, jlong handle,
                                                                  jlong offset, jlong length) {
  return mmapio::PunchHole(handle, offset, length);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_newMemory(JNIEnv*, jclass, jlong length,
                                                                  jint seal) {
  return mmapio::NewMemory(length, static_cast<Seal>(seal));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_cacheState(JNIEnv* env, jclass,
                                                                   jlong handle, jlong offset,
                                                                   jlong length,
                                                                   jlongArray counts) {
  mmapio::CacheCounts found{};
  const mmapio::Result result = mmapio::CacheState(handle, offset, length, &found);
  env->SetLongArrayRegion(counts, 0, MMAPIO_JAVA(CACHE_COUNTS),
                          reinterpret_cast<const jlong*>(&found));
  return result;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_map(JNIEnv*, jclass, jlong handle,
                                                            jlong offset, jlong length,
                                                            jint access) {
  return mmapio::Map(handle, offset, ToSize(length), static_cast<Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_reserve(JNIEnv*, jclass, jlong length) {
  return mmapio::Reserve(ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_mapInto(JNIEnv*, jclass, jlong address,
                                                                jlong handle, jlong offset,
                                                                jlong length, jint access) {
  return mmapio::MapInto(ToPointer(address), handle, offset, ToSize(length),
                         static_cast<Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_mapHuge(JNIEnv*, jclass, jlong length,
                                                                jlong page_size) {
  return mmapio::MapHuge(ToSize(length), ToSize(page_size));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_protect(JNIEnv*, jclass, jlong address,
                                                                jlong length, jint access) {
  return mmapio::Protect(ToPointer(address), ToSize(length), static_cast<Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_unmap(JNIEnv*, jclass, jlong address,
                                                              jlong length) {
  return mmapio::Unmap(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_entomb(JNIEnv*, jclass, jlong address,
                                                               jlong length) {
  return mmapio::Entomb(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_guard(JNIEnv*, jclass, jlong address,
                                                              jlong length) {
  return mmapio::Guard(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_entombGuarded(JNIEnv*, jclass, jlong guard,
                                                                      jlong address, jlong length) {
  return mmapio::EntombGuarded(guard, ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_unguard(JNIEnv*, jclass, jlong guard) {
  return mmapio::Unguard(guard);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_lostPage(JNIEnv*, jclass, jlong guard,
                                                                 jboolean after_closing) {
  return mmapio::LostPage(guard, after_closing != JNI_FALSE);
}

JNIEXPORT jobject JNICALL Java_io_mmapio_internal_jni_Jni_lossWord(JNIEnv* env, jclass,
                                                                   jlong guard) {
  return env->NewDirectByteBuffer(mmapio::LossWord(guard), sizeof(std::uintptr_t));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_awaitLostPage(JNIEnv*, jclass,
                                                                      jint milliseconds) {
  return mmapio::AwaitLostPage(milliseconds);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_advise(JNIEnv*, jclass, jlong address,
                                                               jlong length, jint advice) {
  return mmapio::Advise(ToPointer(address), ToSize(length), static_cast<Advice>(advice));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_adviseAll(JNIEnv* env, jclass,
                                                                  jlongArray ranges, jint advice) {
  std::array<jlong, kAdviceNumbers> some;
  const jsize length = env->GetArrayLength(ranges);
  mmapio::Result outcome = mmapio::kApplied;
  for (jsize start = 0; start < length && outcome >= 0; start += kAdviceNumbers) {
    const jsize count = std::min<jsize>(kAdviceNumbers, length - start);
    env->GetLongArrayRegion(ranges, start, count, some.data());
    const mmapio::Result result =
        mmapio::AdviseAll(reinterpret_cast<const std::int64_t*>(some.data()), ToSize(count / 2),
                          static_cast<Advice>(advice));
    outcome = result < 0 ? result : std::max(outcome, result);
  }
  return outcome;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_populate(JNIEnv*, jclass, jlong address,
                                                                 jlong length, jboolean write) {
  return mmapio::Populate(ToPointer(address), ToSize(length), write != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_lock(JNIEnv*, jclass, jlong address,
                                                             jlong length) {
  return mmapio::Lock(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_unlock(JNIEnv*, jclass, jlong address,
                                                               jlong length) {
  return mmapio::Unlock(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_discard(JNIEnv*, jclass, jlong handle,
                                                                jlong address, jlong length,
                                                                jlong offset) {
  return mmapio::Discard(handle, ToPointer(address), ToSize(length), offset);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_evict(JNIEnv*, jclass, jlong handle,
                                                              jlong address, jlong length,
                                                              jlong offset) {
  return mmapio::Evict(handle, ToPointer(address), ToSize(length), offset);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_copyOut(JNIEnv* env, jclass, jlong address,
                                                                jobject target, jint position,
                                                                jint length) {
  return mmapio::CopyOut(AddressIn(env, target, position), ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_copyIn(JNIEnv* env, jclass, jlong address,
                                                               jobject source, jint position,
                                                               jint length) {
  return mmapio::CopyIn(ToPointer(address), AddressIn(env, source, position), ToSize(length));
}

// By way of the stack: the array may be moved, and a lost page must not be met while it may not.
JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_copyOutArray(JNIEnv* env, jclass,
                                                                     jlong address,
                                                                     jbyteArray target, jint index,
                                                                     jint length) {
  std::array<jbyte, kCopied> bytes;
  for (jint done = 0; done < length;) {
    const jint some = std::min(static_cast<jint>(kCopied), length - done);
    const mmapio::Result copied =
        mmapio::CopyOut(bytes.data(), ToPointer(address + done), static_cast<std::size_t>(some));
    if (copied > 0) {
      env->SetByteArrayRegion(target, index + done, static_cast<jint>(copied), bytes.data());
    }
    if (copied < some) {
      return copied < 0 ? copied : done + copied;
    }
    done += some;
  }
  return length;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_copyInArray(JNIEnv* env, jclass,
                                                                    jlong address,
                                                                    jbyteArray source, jint index,
                                                                    jint length) {
  std::array<jbyte, kCopied> bytes;
  for (jint done = 0; done < length;) {
    const jint some = std::min(static_cast<jint>(kCopied), length - done);
    env->GetByteArrayRegion(source, index + done, some, bytes.data());
    const mmapio::Result copied =
        mmapio::CopyIn(ToPointer(address + done), bytes.data(), static_cast<std::size_t>(some));
    if (copied < some) {
      return copied < 0 ? copied : done + copied;
    }
    done += some;
  }
  return length;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_sync(JNIEnv*, jclass, jlong handle,
                                                             jlong address, jlong length,
                                                             jlong offset, jint mode,
                                                             jboolean invalidate) {
  return mmapio::Sync(handle, ToPointer(address), ToSize(length), offset,
                      static_cast<SyncMode>(mode), invalidate != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_resident(JNIEnv* env, jclass, jlong address,
                                                                 jlong length, jlongArray bits) {
  const jsize count = env->GetArrayLength(bits);
  std::array<std::uint64_t, kWords> words;
  std::fill_n(words.begin(), count, 0);
  const mmapio::Result result = mmapio::Resident(ToPointer(address), ToSize(length), words.data());
  env->SetLongArrayRegion(bits, 0, count, reinterpret_cast<const jlong*>(words.data()));
  return result;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_residencyVisible(JNIEnv*, jclass,
                                                                         jlong handle) {
  return mmapio::ResidencyVisible(handle);
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
