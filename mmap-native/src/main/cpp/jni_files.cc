// SPDX-License-Identifier: Apache-2.0
//
// The glue for files: FileCalls, and the descriptors inside the JDK's objects.

#include <atomic>

#include "jni_glue.h"

namespace {

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

}  // namespace

extern "C" {

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
  return mmapio::NewMemory(length, static_cast<mmapio::Seal>(seal));
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

}  // extern "C"
