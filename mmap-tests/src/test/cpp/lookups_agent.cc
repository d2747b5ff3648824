// SPDX-License-Identifier: Apache-2.0
//
// An agent that prints what the native library asks the JVM for by name, as
//   looked up: java.io.FileDescriptor fd I
// A native image has only what its metadata names, so the metadata must name all of it.

#include <dlfcn.h>
#include <jvmti.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace {

jvmtiEnv* tools = nullptr;
const jniNativeInterface* original = nullptr;

std::string NameOf(jclass type) {
  char* signature = nullptr;
  if (tools->GetClassSignature(type, &signature, nullptr) != JVMTI_ERROR_NONE) {
    return "?";
  }
  std::string name(signature);  // Ljava/io/FileDescriptor;
  tools->Deallocate(reinterpret_cast<unsigned char*>(signature));
  name = name.substr(1, name.size() - 2);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

// The JDK's own native code looks up names as well; a native image knows those.
bool IsOfLibrary(void* caller) {
  Dl_info info;
  return dladdr(caller, &info) != 0 && info.dli_fname != nullptr &&
         std::string(info.dli_fname).find("libmmapio") != std::string::npos;
}

template <typename Id>
Id Report(Id found, void* caller, jclass type, const char* name, const char* signature) {
  if (found != nullptr && IsOfLibrary(caller)) {
    std::printf("looked up: %s %s %s\n", NameOf(type).c_str(), name, signature);
    std::fflush(stdout);
  }
  return found;
}

jfieldID JNICALL GetFieldId(JNIEnv* env, jclass type, const char* name, const char* signature) {
  return Report(original->GetFieldID(env, type, name, signature), __builtin_return_address(0), type,
                name, signature);
}

jfieldID JNICALL GetStaticFieldId(JNIEnv* env, jclass type, const char* name,
                                  const char* signature) {
  return Report(original->GetStaticFieldID(env, type, name, signature), __builtin_return_address(0),
                type, name, signature);
}

jmethodID JNICALL GetMethodId(JNIEnv* env, jclass type, const char* name, const char* signature) {
  return Report(original->GetMethodID(env, type, name, signature), __builtin_return_address(0),
                type, name, signature);
}

jmethodID JNICALL GetStaticMethodId(JNIEnv* env, jclass type, const char* name,
                                    const char* signature) {
  return Report(original->GetStaticMethodID(env, type, name, signature),
                __builtin_return_address(0), type, name, signature);
}

jclass JNICALL FindClass(JNIEnv* env, const char* name) {
  auto* const type = original->FindClass(env, name);
  return Report(type, __builtin_return_address(0), type, "class", name);
}

void JNICALL Started(jvmtiEnv*, JNIEnv*, jthread) {
  jniNativeInterface* own = nullptr;
  jniNativeInterface* kept = nullptr;
  if (tools->GetJNIFunctionTable(&own) != JVMTI_ERROR_NONE ||
      tools->GetJNIFunctionTable(&kept) != JVMTI_ERROR_NONE) {
    return;
  }
  original = kept;
  own->GetFieldID = &GetFieldId;
  own->GetStaticFieldID = &GetStaticFieldId;
  own->GetMethodID = &GetMethodId;
  own->GetStaticMethodID = &GetStaticMethodId;
  own->FindClass = &FindClass;
  tools->SetJNIFunctionTable(own);
}

}  // namespace

extern "C" JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM* vm, char*, void*) {
  if (vm->GetEnv(reinterpret_cast<void**>(&tools), JVMTI_VERSION_11) != JNI_OK) {
    return JNI_ERR;
  }
  jvmtiEventCallbacks callbacks = {};
  callbacks.VMInit = &Started;
  tools->SetEventCallbacks(&callbacks, sizeof(callbacks));
  return tools->SetEventNotificationMode(JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, nullptr);
}
