// SPDX-License-Identifier: Apache-2.0
//
// The glue for files: FileCalls, and the descriptors inside the JDK's objects.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>

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

mmapio::Handle HandleOf(JNIEnv* env, jobject channel) {
  static FieldCache cache;
  auto* const field = cache.Find(env, channel, "fd", "Ljava/io/FileDescriptor;");
  return field == nullptr ? mmapio::kNoHandle  // NoSuchFieldError is pending
                          : HandleIn(env, env->GetObjectField(channel, field));
}

constexpr jint kBlock = 256 << 10;  // bytes that arrays are moved by: they stay in a cache

// Moves an array by blocks. It may not be held still meanwhile, as a disk may be slow. Some stacks
// of Java have no room for a block.
template <typename Move>
jlong MoveArray(jint length, Move move) {
  auto* const block = static_cast<jbyte*>(std::malloc(ToSize(std::min(length, kBlock))));
  if (block == nullptr) {
    return mmapio::kUnsupported;
  }
  jint done = 0;
  mmapio::Result moved = 0;
  while (done < length) {
    const jint some = std::min(kBlock, length - done);
    moved = move(block, done, some);
    done += static_cast<jint>(std::max<mmapio::Result>(0, moved));
    if (moved < some) {
      break;
    }
  }
  std::free(block);
  return done > 0 ? done : moved;
}

}  // namespace

extern "C" {

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_open(JNIEnv* env, jclass, jstring path,
                                                             jboolean write) {
  std::array<char, 4096> bytes;  // PATH_MAX of Linux; the OS opens no longer ones
  const jsize length = env->GetStringUTFLength(path);
  if (ToSize(length) >= bytes.size()) {
    return mmapio::kUnsupported;
  }
  env->GetStringUTFRegion(path, 0, env->GetStringLength(path), bytes.data());
  bytes[ToSize(length)] = '\0';
  return mmapio::Open(bytes.data(), write != JNI_FALSE);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_handleOf(JNIEnv* env, jclass,
                                                                 jobject channel) {
  return HandleOf(env, channel);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_sizeAndVisibility(JNIEnv* env, jclass,
                                                                          jlong handle,
                                                                          jlongArray visible) {
  bool is_visible = false;
  const mmapio::Result size = mmapio::SizeAndVisibility(handle, &is_visible);
  const jlong answer = is_visible ? 1 : 0;
  env->SetLongArrayRegion(visible, 0, 1, &answer);
  return size;
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_duplicate(JNIEnv* env, jclass,
                                                                  jobject descriptor) {
  return mmapio::Duplicate(HandleIn(env, descriptor));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_duplicateOf(JNIEnv* env, jclass,
                                                                    jobject channel) {
  return mmapio::Duplicate(HandleOf(env, channel));
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

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_meetsPages(JNIEnv*, jclass, jlong handle) {
  return mmapio::MeetsPages(handle);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_readAt(JNIEnv* env, jclass, jlong handle,
                                                               jlong offset, jobject target,
                                                               jint position, jint length) {
  return mmapio::ReadAt(handle, offset, AddressIn(env, target, position), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_writeAt(JNIEnv* env, jclass, jlong handle,
                                                                jlong offset, jobject source,
                                                                jint position, jint length) {
  return mmapio::WriteAt(handle, offset, AddressIn(env, source, position), ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_readArrayAt(JNIEnv* env, jclass,
                                                                    jlong handle, jlong offset,
                                                                    jbyteArray target, jint index,
                                                                    jint length) {
  return MoveArray(length, [&](jbyte* block, jint done, jint some) {
    const mmapio::Result read = mmapio::ReadAt(handle, offset + done, block, ToSize(some));
    if (read > 0) {
      env->SetByteArrayRegion(target, index + done, static_cast<jint>(read), block);
    }
    return read;
  });
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_writeArrayAt(JNIEnv* env, jclass,
                                                                     jlong handle, jlong offset,
                                                                     jbyteArray source, jint index,
                                                                     jint length) {
  return MoveArray(length, [&](jbyte* block, jint done, jint some) {
    env->GetByteArrayRegion(source, index + done, some, block);
    return mmapio::WriteAt(handle, offset + done, block, ToSize(some));
  });
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_copyRange(JNIEnv*, jclass, jlong from,
                                                                  jlong from_offset, jlong to,
                                                                  jlong to_offset, jlong length) {
  return mmapio::CopyRange(from, from_offset, to, to_offset, ToSize(length));
}

}  // extern "C"
