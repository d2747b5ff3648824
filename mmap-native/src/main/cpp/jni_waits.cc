// SPDX-License-Identifier: Apache-2.0
//
// The glue for threads that wait for each other: WaitCalls.

#include "jni_glue.h"

extern "C" {

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_await(JNIEnv*, jclass, jlong address,
                                                              jint size, jlong expected,
                                                              jlong nanoseconds) {
  return mmapio::Await(ToPointer(address), ToSize(size), expected, nanoseconds);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_wake(JNIEnv*, jclass, jlong address,
                                                             jboolean all) {
  return mmapio::Wake(ToPointer(address), all != JNI_FALSE);
}

}  // extern "C"
