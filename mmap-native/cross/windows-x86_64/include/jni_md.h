// SPDX-License-Identifier: Apache-2.0
//
// What jni.h asks of a platform, for Windows: a JDK for another platform does not have it.

#ifndef MMAPIO_JNI_MD_H_
#define MMAPIO_JNI_MD_H_

#define JNIEXPORT __declspec(dllexport)
#define JNIIMPORT __declspec(dllimport)
#define JNICALL __stdcall

typedef int jint;  // a long of Windows has 32 bits too, but this is what jni.h of Linux expects
typedef long long jlong;
typedef signed char jbyte;

#endif  // MMAPIO_JNI_MD_H_
