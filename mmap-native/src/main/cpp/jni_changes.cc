// SPDX-License-Identifier: Apache-2.0
//
// The glue for pages that were written: ChangeCalls.

#include <array>

#include "jni_glue.h"

namespace {

using mmapio::PageRange;
using mmapio::Result;

constexpr std::size_t kElements = MMAPIO_JAVA(CHANGE_ELEMENTS);
static_assert(kElements == 2 * mmapio::kMostRanges + 1, "Jni.java and platform.h differ");
static_assert(sizeof(PageRange) == 2 * sizeof(jlong), "copied as it is");

// Has a function fill an array of Java: pairs, and as the last element the address up to which it
// has looked.
template <typename Function>
jlong Fill(JNIEnv* env, jlongArray array, Function function) {
  std::array<PageRange, mmapio::kMostRanges> ranges;
  std::uint64_t scanned = 0;
  const jsize last = env->GetArrayLength(array) - 1;
  const Result count = function(ranges.data(), static_cast<std::size_t>(last / 2), &scanned);
  if (count >= 0) {
    const auto address = static_cast<jlong>(scanned);
    env->SetLongArrayRegion(array, 0, static_cast<jsize>(2 * count),
                            reinterpret_cast<const jlong*>(ranges.data()));
    env->SetLongArrayRegion(array, last, 1, &address);
  }
  return count;
}

}  // namespace

extern "C" {

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_privatePages(JNIEnv* env, jclass,
                                                                     jlong address, jlong length,
                                                                     jlongArray ranges) {
  return Fill(env, ranges, [=](PageRange* found, std::size_t room, std::uint64_t* scanned) {
    return mmapio::PrivatePages(ToPointer(address), ToSize(length), found, room, scanned);
  });
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_trackWrites(JNIEnv*, jclass, jlong address,
                                                                    jlong length) {
  return mmapio::TrackWrites(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_trackMore(JNIEnv*, jclass, jlong tracker,
                                                                  jlong address, jlong length) {
  return mmapio::TrackMore(tracker, ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_written(JNIEnv* env, jclass, jlong address,
                                                                jlong length, jboolean reset,
                                                                jlongArray ranges) {
  return Fill(env, ranges, [=](PageRange* found, std::size_t room, std::uint64_t* scanned) {
    return mmapio::Written(ToPointer(address), ToSize(length), reset != JNI_FALSE, found, room,
                           scanned);
  });
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_untrack(JNIEnv*, jclass, jlong tracker) {
  return mmapio::Untrack(tracker);
}

}  // extern "C"
