// SPDX-License-Identifier: Apache-2.0
//
// The glue for what is done with mapped pages: PageCalls.

#include <algorithm>
#include <array>

#include "jni_glue.h"

namespace {

constexpr std::size_t kWords = MMAPIO_JAVA(RESIDENT_WORDS);
constexpr std::size_t kCopied = 8 << 10;  // bytes that arrays are copied by
constexpr jsize kAdviceNumbers = 128;     // of 64 ranges: what is copied to the stack at a time

// Calls for a part of the ranges at a time: the first error, else the largest answer.
template <typename Function>
mmapio::Result ForSomeRanges(JNIEnv* env, jlongArray ranges, Function&& function) {
  std::array<jlong, kAdviceNumbers> some;
  const jsize length = env->GetArrayLength(ranges);
  mmapio::Result outcome = mmapio::kApplied;
  for (jsize start = 0; start < length && outcome >= 0; start += kAdviceNumbers) {
    const jsize count = std::min<jsize>(kAdviceNumbers, length - start);
    env->GetLongArrayRegion(ranges, start, count, some.data());
    const mmapio::Result result =
        function(reinterpret_cast<const std::int64_t*>(some.data()), ToSize(count / 2));
    outcome = result < 0 ? result : std::max(outcome, result);
  }
  return outcome;
}

}  // namespace

extern "C" {

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_advise(JNIEnv*, jclass, jlong address,
                                                               jlong length, jint advice) {
  return mmapio::Advise(ToPointer(address), ToSize(length), static_cast<mmapio::Advice>(advice));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_adviseAll(JNIEnv* env, jclass,
                                                                  jlongArray ranges, jint advice) {
  return ForSomeRanges(env, ranges, [advice](const std::int64_t* some, std::size_t count) {
    return mmapio::AdviseAll(some, count, static_cast<mmapio::Advice>(advice));
  });
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_prefetch(JNIEnv* env, jclass, jlong handle,
                                                                 jlongArray ranges) {
  return ForSomeRanges(env, ranges, [handle](const std::int64_t* some, std::size_t count) {
    return mmapio::Prefetch(handle, some, count);
  });
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
                      static_cast<mmapio::SyncMode>(mode), invalidate != JNI_FALSE);
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

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_residentFew(JNIEnv*, jclass, jlong address,
                                                                    jlong length) {
  std::uint64_t word = 0;
  const mmapio::Result result = mmapio::Resident(ToPointer(address), ToSize(length), &word);
  return result < 0 ? result : static_cast<jlong>(word);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_allResident(JNIEnv*, jclass, jlong address,
                                                                    jlong length) {
  return mmapio::AllResident(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_present(JNIEnv* env, jclass, jlong address,
                                                                jlong length, jlongArray bits) {
  const jsize count = env->GetArrayLength(bits);
  std::array<std::uint64_t, kWords> words;
  std::fill_n(words.begin(), count, 0);
  const mmapio::Result result = mmapio::Present(ToPointer(address), ToSize(length), words.data());
  env->SetLongArrayRegion(bits, 0, count, reinterpret_cast<const jlong*>(words.data()));
  return result;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_residencyVisible(JNIEnv*, jclass,
                                                                         jlong handle) {
  return mmapio::ResidencyVisible(handle);
}

}  // extern "C"
