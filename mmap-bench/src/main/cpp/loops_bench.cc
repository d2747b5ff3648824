// SPDX-License-Identifier: Apache-2.0
//
// The limit that the benchmarks draw in: what a C++ program does with the same memory and the same
// calls, a batch at a time, so that the way through JNI does not count.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "io_mmapio_bench_Native.h"

namespace {

uint64_t* Words(jlong address) { return reinterpret_cast<uint64_t*>(address); }
char* Bytes(jlong address) { return reinterpret_cast<char*>(address); }

// The same sequence as Target.next and Target.word.
uint64_t Next(uint64_t seed) {
  seed ^= seed << 13U;
  seed ^= seed >> 7U;
  return seed ^ (seed << 17U);
}
uint64_t Word(uint64_t seed, uint64_t words) { return ((seed >> 32U) * words) >> 32U; }

}  // namespace

extern "C" {

JNIEXPORT void JNICALL Java_io_mmapio_bench_Native_storeRandomly(JNIEnv*, jclass, jlong address, jlong words,
                                                                 jint count, jlong seed) {
  uint64_t* to = Words(address);
  auto random = static_cast<uint64_t>(seed);
  for (jint i = 0; i < count; i++) {
    random = Next(random);
    to[Word(random, static_cast<uint64_t>(words))] = static_cast<uint64_t>(i);
  }
}

JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_loadRandomly(JNIEnv*, jclass, jlong address, jlong words,
                                                                 jint count, jlong seed) {
  const uint64_t* from = Words(address);
  auto random = static_cast<uint64_t>(seed);
  uint64_t sum = 0;
  for (jint i = 0; i < count; i++) {
    random = Next(random);
    sum += from[Word(random, static_cast<uint64_t>(words))];
  }
  return static_cast<jlong>(sum);
}

JNIEXPORT void JNICALL Java_io_mmapio_bench_Native_storeSequentially(JNIEnv*, jclass, jlong address, jint count) {
  uint64_t* to = Words(address);
  for (jint i = 0; i < count; i++) {
    to[i] = static_cast<uint64_t>(i);
  }
}

JNIEXPORT void JNICALL Java_io_mmapio_bench_Native_storeRecords(JNIEnv*, jclass, jlong address, jlong record,
                                                                jint length, jint count) {
  char* to = Bytes(address);
  for (jint i = 0; i < count; i++) {
    memcpy(to, Bytes(record), static_cast<size_t>(length));
    to += length;
  }
}

JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_allocate(JNIEnv*, jclass, jint length) {
  return reinterpret_cast<jlong>(calloc(1, static_cast<size_t>(length)));
}

JNIEXPORT jint JNICALL Java_io_mmapio_bench_Native_open(JNIEnv* env, jclass, jstring path) {
  const char* name = env->GetStringUTFChars(path, nullptr);
  const int descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  env->ReleaseStringUTFChars(path, name);
  return descriptor;
}

JNIEXPORT void JNICALL Java_io_mmapio_bench_Native_close(JNIEnv*, jclass, jint descriptor) { close(descriptor); }

JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_map(JNIEnv*, jclass, jint descriptor, jlong size) {
  void* mapped =
      mmap(nullptr, static_cast<size_t>(size), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return mapped == MAP_FAILED ? 0 : reinterpret_cast<jlong>(mapped);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_allocateAndMap(JNIEnv* env, jclass type, jint descriptor,
                                                                   jlong size) {
  if (posix_fallocate(descriptor, 0, size) != 0) {
    return 0;
  }
  const jlong address = Java_io_mmapio_bench_Native_map(env, type, descriptor, size);
  if (address != 0) {
    madvise(Bytes(address), static_cast<size_t>(size), MADV_HUGEPAGE);  // a wish: it may be refused
  }
  return address;
}

JNIEXPORT void JNICALL Java_io_mmapio_bench_Native_unmap(JNIEnv*, jclass, jlong address, jlong size) {
  munmap(Bytes(address), static_cast<size_t>(size));
}

JNIEXPORT jint JNICALL Java_io_mmapio_bench_Native_sync(JNIEnv*, jclass, jlong address, jlong size) {
  return msync(Bytes(address), static_cast<size_t>(size), MS_SYNC);
}

JNIEXPORT jint JNICALL Java_io_mmapio_bench_Native_willNeed(JNIEnv*, jclass, jlong address, jlong size) {
  return madvise(Bytes(address), static_cast<size_t>(size), MADV_WILLNEED);
}

JNIEXPORT jint JNICALL Java_io_mmapio_bench_Native_normal(JNIEnv*, jclass, jlong address, jlong size) {
  return madvise(Bytes(address), static_cast<size_t>(size), MADV_NORMAL);
}

JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_readChecked(JNIEnv*, jclass, jlong to, jlong address,
                                                               jlong size) {
  const iovec local = {Bytes(to), static_cast<size_t>(size)};
  const iovec remote = {Bytes(address), static_cast<size_t>(size)};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

// Counts the resident pages, a piece at a time as the library does.
JNIEXPORT jlong JNICALL Java_io_mmapio_bench_Native_resident(JNIEnv*, jclass, jlong address, jlong size, jint page) {
  static unsigned char pages[1U << 15U];
  const auto piece = static_cast<jlong>(sizeof pages) * page;
  jlong resident = 0;
  for (jlong at = 0; at < size; at += piece) {
    const jlong length = size - at < piece ? size - at : piece;
    if (mincore(Bytes(address) + at, static_cast<size_t>(length), pages) != 0) {
      return -1;
    }
    for (jlong i = 0; i < (length + page - 1) / page; i++) {
      resident += pages[i] & 1U;
    }
  }
  return resident;
}

// One call, for at most 64 MiB of small pages.
JNIEXPORT jint JNICALL Java_io_mmapio_bench_Native_mincore(JNIEnv*, jclass, jlong address, jlong size) {
  static unsigned char pages[1U << 14U];
  return mincore(Bytes(address), static_cast<size_t>(size), pages);
}

}  // extern "C"
