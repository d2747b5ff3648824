// SPDX-License-Identifier: Apache-2.0
//
// The glue that makes views: objects of the JDK over mapped memory. It calls what the JDK's own
// FileChannel.map calls, since no public method makes a MappedByteBuffer, or a mapped
// MemorySegment, of memory that somebody else has mapped. Where the JDK lacks a method
// NoSuchMethodError is pending, and Java does without.

#include <atomic>

#include "jni_glue.h"

namespace {

// The ID of one method of one class of java.base, which is never unloaded, so that the ID stays
// good.
class MethodCache {
 public:
  using Lookup = jmethodID (JNIEnv::*)(jclass, const char*, const char*);

  jmethodID Find(JNIEnv* env, Lookup lookup, jclass type, const char* name, const char* signature) {
    auto* method = method_.load(std::memory_order_relaxed);
    return method != nullptr ? method : Store((env->*lookup)(type, name, signature));
  }

  jmethodID Find(JNIEnv* env, jmethodID (*lookup)(JNIEnv*, jclass), jclass type) {
    auto* method = method_.load(std::memory_order_relaxed);
    return method != nullptr ? method : Store(lookup(env, type));
  }

 private:
  jmethodID Store(jmethodID method) {
    method_.store(method, std::memory_order_relaxed);
    return method;
  }

  std::atomic<jmethodID> method_{nullptr};
};

// The type of the last argument has changed with JDK 19.
jmethodID FindViewConstructor(JNIEnv* env, jclass type) {
  constexpr const char* kSignature =
      "(IJLjava/io/FileDescriptor;Ljava/lang/Runnable;ZLjava/lang/foreign/MemorySegment;)V";
  constexpr const char* kSignatureBefore19 =
      "(IJLjava/io/FileDescriptor;Ljava/lang/Runnable;Z"
      "Ljdk/internal/access/foreign/MemorySegmentProxy;)V";
  auto* const constructor = env->GetMethodID(type, "<init>", kSignature);
  if (constructor != nullptr) {
    return constructor;
  }
  env->ExceptionClear();
  return env->GetMethodID(type, "<init>", kSignatureBefore19);
}

}  // namespace

extern "C" {

JNIEXPORT jobject JNICALL Java_io_mmapio_internal_jni_Jni_view(JNIEnv* env, jclass, jlong address,
                                                               jint capacity) {
  return env->NewDirectByteBuffer(ToPointer(address), capacity);
}

// DirectByteBuffer(size, address, descriptor, unmapper, isSync, segment), or ...R.
JNIEXPORT jobject JNICALL Java_io_mmapio_internal_jni_Jni_newView(JNIEnv* env, jclass, jclass type,
                                                                  jlong address, jint capacity,
                                                                  jobject descriptor,
                                                                  jboolean read_only) {
  static MethodCache writable_cache;
  static MethodCache read_only_cache;
  auto& cache = read_only != JNI_FALSE ? read_only_cache : writable_cache;
  auto* const constructor = cache.Find(env, &FindViewConstructor, type);
  return constructor == nullptr
             ? nullptr
             : env->NewObject(type, constructor, capacity, address, descriptor,
                              /*unmapper=*/nullptr, /*isSync=*/JNI_FALSE, /*segment=*/nullptr);
}

// sun.nio.ch.Util.newMappedByteBuffer(size, address, descriptor, unmapper, isSync), or ...R.
JNIEXPORT jobject JNICALL Java_io_mmapio_internal_jni_Jni_mappedView(JNIEnv* env, jclass,
                                                                     jclass util, jlong address,
                                                                     jint capacity,
                                                                     jobject descriptor,
                                                                     jboolean read_only) {
  static MethodCache writable_cache;
  static MethodCache read_only_cache;
  constexpr const char* kSignature =
      "(IJLjava/io/FileDescriptor;Ljava/lang/Runnable;Z)Ljava/nio/MappedByteBuffer;";
  auto* const method = read_only != JNI_FALSE
                           ? read_only_cache.Find(env, &JNIEnv::GetStaticMethodID, util,
                                                  "newMappedByteBufferR", kSignature)
                           : writable_cache.Find(env, &JNIEnv::GetStaticMethodID, util,
                                                 "newMappedByteBuffer", kSignature);
  return method == nullptr
             ? nullptr
             : env->CallStaticObjectMethod(util, method, capacity, address, descriptor,
                                           /*unmapper=*/nullptr, /*isSync=*/JNI_FALSE);
}

// AbstractMemorySegmentImpl.dup(offset, size, readOnly, session): as asSlice, but not kept inside
// the segment's bounds nor to its session. Java has checked that the memory is mapped.
JNIEXPORT jobject JNICALL Java_io_mmapio_internal_jni_Jni_segment(JNIEnv* env, jclass,
                                                                  jobject mapped, jobject scope_of,
                                                                  jlong offset, jlong size,
                                                                  jboolean read_only) {
  static MethodCache session_cache;
  static MethodCache dup_cache;
  auto* const type = env->GetObjectClass(mapped);
  auto* const session = session_cache.Find(env, &JNIEnv::GetMethodID, type, "sessionImpl",
                                           "()Ljdk/internal/foreign/MemorySessionImpl;");
  if (session == nullptr) {
    return nullptr;
  }
  auto* const dup = dup_cache.Find(env, &JNIEnv::GetMethodID, type, "dup",
                                   "(JJZLjdk/internal/foreign/MemorySessionImpl;)"
                                   "Ljdk/internal/foreign/AbstractMemorySegmentImpl;");
  if (dup == nullptr) {
    return nullptr;
  }
  auto* const of = env->CallObjectMethod(scope_of, session);
  return env->ExceptionCheck() != JNI_FALSE
             ? nullptr
             : env->CallObjectMethod(mapped, dup, offset, size, read_only, of);
}

}  // extern "C"
