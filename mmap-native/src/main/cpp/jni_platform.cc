// SPDX-License-Identifier: Apache-2.0
//
// The glue between io.mmapio.internal.Jni and platform.h: it casts, calls and returns. It decides
// nothing and throws nothing; minus the error of the OS goes back to Java. Including the header
// that javac -h made keeps the signatures honest.

#include <array>
#include <atomic>
#include <cstdint>

#include "io_mmapio_internal_Jni.h"
#include "platform.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::SyncMode;

#define MMAPIO_JAVA(name) io_mmapio_internal_Jni_##name
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
MMAPIO_SAME(SYNC_ASYNC, SyncMode::kAsync);
MMAPIO_SAME(SYNC_BLOCKING, SyncMode::kBlocking);
MMAPIO_SAME(SYNC_DURABLE, SyncMode::kDurable);
#undef MMAPIO_SAME

constexpr std::size_t kWords = MMAPIO_JAVA(RESIDENT_WORDS);

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

mmapio::Handle HandleIn(JNIEnv* env, jobject descriptor) {
  static FieldCache cache;
  const auto& [name, type] = mmapio::kDescriptorField;
  auto* const field = cache.Find(env, descriptor, name, type);
  if (field == nullptr) {
    return mmapio::kNoHandle;  // NoSuchFieldError is pending
  }
  return *type == 'J' ? env->GetLongField(descriptor, field) : env->GetIntField(descriptor, field);
}

}  // namespace

extern "C" {

JNIEXPORT jint JNICALL Java_io_mmapio_internal_Jni_version(JNIEnv*, jclass) {
  return MMAPIO_JAVA(VERSION);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_pageSize(JNIEnv*, jclass) {
  return mmapio::PageSize();
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_granularity(JNIEnv*, jclass) {
  return mmapio::Granularity();
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_duplicate(JNIEnv* env, jclass,
                                                              jobject descriptor) {
  return mmapio::Duplicate(HandleIn(env, descriptor));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_duplicateOf(JNIEnv* env, jclass,
                                                                jobject channel) {
  static FieldCache cache;
  auto* const field = cache.Find(env, channel, "fd", "Ljava/io/FileDescriptor;");
  return field == nullptr ? 0  // NoSuchFieldError is pending
                          : mmapio::Duplicate(HandleIn(env, env->GetObjectField(channel, field)));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_release(JNIEnv*, jclass, jlong handle) {
  return mmapio::Release(handle);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_size(JNIEnv*, jclass, jlong handle) {
  return mmapio::Size(handle);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_extend(JNIEnv*, jclass, jlong handle,
                                                           jlong offset, jlong length,
                                                           jboolean allocate) {
  return mmapio::Extend(handle, offset, length, allocate != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_map(JNIEnv*, jclass, jlong handle, jlong offset,
                                                        jlong length, jint access) {
  return mmapio::Map(handle, offset, ToSize(length), static_cast<Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_unmap(JNIEnv*, jclass, jlong address,
                                                          jlong length) {
  return mmapio::Unmap(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_entomb(JNIEnv*, jclass, jlong address,
                                                           jlong length) {
  return mmapio::Entomb(ToPointer(address), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_advise(JNIEnv*, jclass, jlong address,
                                                           jlong length, jint advice) {
  return mmapio::Advise(ToPointer(address), ToSize(length), static_cast<Advice>(advice));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_sync(JNIEnv*, jclass, jlong handle,
                                                         jlong address, jlong length, jlong offset,
                                                         jint mode, jboolean invalidate) {
  return mmapio::Sync(handle, ToPointer(address), ToSize(length), offset,
                      static_cast<SyncMode>(mode), invalidate != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_resident(JNIEnv* env, jclass, jlong address,
                                                             jlong length, jlongArray bits) {
  std::array<std::uint64_t, kWords> words{};
  const mmapio::Result result = mmapio::Resident(ToPointer(address), ToSize(length), words.data());
  env->SetLongArrayRegion(bits, 0, env->GetArrayLength(bits),
                          reinterpret_cast<const jlong*>(words.data()));
  return result;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_Jni_residencyVisible(JNIEnv*, jclass,
                                                                     jlong handle) {
  return mmapio::ResidencyVisible(handle);
}

JNIEXPORT jobject JNICALL Java_io_mmapio_internal_Jni_view(JNIEnv* env, jclass, jlong address,
                                                           jint capacity) {
  return env->NewDirectByteBuffer(ToPointer(address), capacity);
}

JNIEXPORT jstring JNICALL Java_io_mmapio_internal_Jni_errorName(JNIEnv* env, jclass, jint error) {
  const char* const name = mmapio::ErrorName(error);
  return name == nullptr ? nullptr : env->NewStringUTF(name);
}

}  // extern "C"
