// SPDX-License-Identifier: Apache-2.0
//
// The glue for mappings and their guards: MappingCalls and GuardCalls.

#include "jni_glue.h"

extern "C" {

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_map(JNIEnv*, jclass, jlong handle,
                                                            jlong offset, jlong length,
                                                            jint access) {
  return mmapio::Map(handle, offset, ToSize(length), static_cast<mmapio::Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_reserve(JNIEnv*, jclass, jlong length) {
  return mmapio::Reserve(ToSize(length));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_mapInto(JNIEnv*, jclass, jlong address,
                                                                jlong handle, jlong offset,
                                                                jlong length, jint access) {
  return mmapio::MapInto(ToPointer(address), handle, offset, ToSize(length),
                         static_cast<mmapio::Access>(access));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_mapHuge(JNIEnv*, jclass, jlong length,
                                                                jlong page_size) {
  return mmapio::MapHuge(ToSize(length), ToSize(page_size));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_protect(JNIEnv*, jclass, jlong address,
                                                                jlong length, jint access) {
  return mmapio::Protect(ToPointer(address), ToSize(length), static_cast<mmapio::Access>(access));
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
  return env->NewDirectByteBuffer(mmapio::LossWord(guard), sizeof(std::uint64_t));
}

JNIEXPORT jlong JNICALL Java_io_mmapio_internal_jni_Jni_awaitLostPage(JNIEnv*, jclass,
                                                                      jint milliseconds) {
  return mmapio::AwaitLostPage(milliseconds);
}

}  // extern "C"
