// SPDX-License-Identifier: Apache-2.0
//
// The glue between io.mmapio.internal.jni.Jni and platform.h, one file for each interface of the
// SPI: it casts, calls and returns. It decides nothing and throws nothing; minus the error of the
// OS goes back to Java. Including the header that javac -h made keeps the signatures honest.

#ifndef MMAPIO_JNI_GLUE_H_
#define MMAPIO_JNI_GLUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "io_mmapio_internal_jni_Jni.h"
#include "platform.h"

// A constant of Jni.java.
#define MMAPIO_JAVA(name) io_mmapio_internal_jni_Jni_##name

inline void* ToPointer(jlong address) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(address));
}

// The glue knows nothing of what lies there: the buffer is the caller's, and good.
inline char* AddressIn(JNIEnv* env, jobject buffer, jint position) {
  return static_cast<char*>(env->GetDirectBufferAddress(buffer)) + position;
}

// On a CPU of 32 bits, more than there are addresses stays more than any OS has room for.
inline std::size_t ToSize(jlong length) {
  return static_cast<std::size_t>(std::min(static_cast<std::uint64_t>(length),
                                           std::uint64_t{std::numeric_limits<std::size_t>::max()}));
}

#endif  // MMAPIO_JNI_GLUE_H_
