// SPDX-License-Identifier: Apache-2.0
//
// Linked with musl: loads the library that was linked with glibc, and calls each function of it
// that needs no JVM. Prints what failed.

#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

typedef unsigned char jboolean;
typedef int jint;
typedef long long jlong;

// The numbers of Jni.java.
enum { READ_ONLY = 1, READ_WRITE = 2, WILL_NEED = 3, ASYNC = 0, DURABLE = 2 };
static const jlong kUnsupported = -(1LL << 62);

static void* library;
static int failures;

static void check(int good, const char* what, jlong result) {
  if (!good) {
    printf("musl: failed: %s: %lld\n", what, result);
    ++failures;
  }
}

// A function of the library, as jlong (JNIEnv, jclass, ...); the first two are null and not looked
// at.
#define FUNCTION(name, ...)                               \
  (((jlong(*)(void*, void*, ##__VA_ARGS__))dlsym(library, \
                                                 "Java_io_mmapio_internal_jni_Jni_" #name)))
#define ZERO(name, types, ...)                                           \
  do {                                                                   \
    const jlong result = FUNCTION(name, types)(NULL, NULL, __VA_ARGS__); \
    check(result == 0, #name, result);                                   \
  } while (0)
#define TYPES(...) __VA_ARGS__

static void pages_of_a_file(jlong page) {
  FILE* const file = tmpfile();
  const jlong handle = fileno(file);
  jlong result =
      FUNCTION(extend, jlong, jlong, jlong, jboolean)(NULL, NULL, handle, 0, 8 * page, 1);
  check(result >= 0, "extend", result);
  result = FUNCTION(size, jlong)(NULL, NULL, handle);
  check(result == 8 * page, "size", result);
  const jlong reserved = FUNCTION(reserve, jlong)(NULL, NULL, 16 * page);
  check(reserved > 0, "reserve", reserved);
  const jlong address = FUNCTION(mapInto, jlong, jlong, jlong, jlong, jint)(
      NULL, NULL, reserved, handle, 0, 8 * page, READ_WRITE);
  check(address == reserved, "mapInto", address);
  char* const bytes = (char*)address;
  bytes[page] = 'x';

  ZERO(advise, TYPES(jlong, jlong, jint), address, 8 * page, WILL_NEED);
  ZERO(populate, TYPES(jlong, jlong, jboolean), address, 8 * page, 1);
  ZERO(sync, TYPES(jlong, jlong, jlong, jlong, jint, jboolean), handle, address, 8 * page, 0, ASYNC,
       0);
  ZERO(sync, TYPES(jlong, jlong, jlong, jlong, jint, jboolean), handle, address, 8 * page, 0,
       DURABLE, 0);
  result = FUNCTION(residentFew, jlong, jlong)(NULL, NULL, address, 8 * page);
  check((result & 2) != 0, "residentFew", result);
  result = FUNCTION(residencyVisible, jlong)(NULL, NULL, handle);
  check(result == 1, "residencyVisible", result);
  ZERO(lock, TYPES(jlong, jlong), address, page);
  ZERO(unlock, TYPES(jlong, jlong), address, page);
  ZERO(protect, TYPES(jlong, jlong, jint), address, 8 * page, READ_ONLY);
  ZERO(protect, TYPES(jlong, jlong, jint), address, 8 * page, READ_WRITE);
  result = FUNCTION(punchHole, jlong, jlong, jlong)(NULL, NULL, handle, page, page);
  check(result == 0 || result == kUnsupported, "punchHole", result);
  check(bytes[page] == (result == 0 ? 0 : 'x'), "punchHole: contents", bytes[page]);
  ZERO(evict, TYPES(jlong, jlong, jlong, jlong), handle, address, 8 * page, 0);
  result = FUNCTION(meetsPages, jlong)(NULL, NULL, handle);
  check(result == 0 || result == 1, "meetsPages", result);

  result =
      FUNCTION(extend, jlong, jlong, jlong, jboolean)(NULL, NULL, handle, 8 * page, 8 * page, 1);
  check(result >= 0, "extend, to grow", result);
  result = FUNCTION(mapInto, jlong, jlong, jlong, jlong, jint)(
      NULL, NULL, address + 8 * page, handle, 8 * page, 8 * page, READ_WRITE);
  check(result == address + 8 * page, "mapInto, to grow", result);
  bytes[15 * page] = 'y';
  ZERO(truncate, TYPES(jlong, jlong), handle, 9 * page);

  ZERO(entomb, TYPES(jlong, jlong), address, 16 * page);
  check(bytes[page] == 0, "entomb: contents", bytes[page]);
  bytes[page] = 'z';
  ZERO(unmap, TYPES(jlong, jlong), address, 16 * page);
  fclose(file);
}

static void guarded_pages(jlong page) {
  FILE* const file = tmpfile();
  const jlong handle = fileno(file);
  check(ftruncate(fileno(file), 4 * page) == 0, "ftruncate", 0);
  const jlong address =
      FUNCTION(map, jlong, jlong, jlong, jint)(NULL, NULL, handle, 0, 4 * page, READ_WRITE);
  check(address > 0, "map", address);
  const jlong guard = FUNCTION(guard, jlong, jlong)(NULL, NULL, address, 4 * page);
  check(guard > 0, "guard", guard);
  check(ftruncate(fileno(file), page) == 0, "ftruncate", 0);
  volatile char* const bytes = (volatile char*)address;
  check(bytes[2 * page] == 0, "guard: contents", bytes[2 * page]);
  jlong result = FUNCTION(lostPage, jlong, jboolean)(NULL, NULL, guard, 0);
  check(result == address + 2 * page, "lostPage", result - address);
  result = FUNCTION(awaitLostPage, jint)(NULL, NULL, 10000);
  check(result == 1, "awaitLostPage", result);
  ZERO(entombGuarded, TYPES(jlong, jlong, jlong), guard, address, 4 * page);
  check(bytes[page] == 0, "entombGuarded: contents", bytes[page]);
  result = FUNCTION(lostPage, jlong, jboolean)(NULL, NULL, guard, 1);
  check(result == address + page, "lostPage, after closing", result - address);
  ZERO(unguard, TYPES(jlong), guard);
  ZERO(unmap, TYPES(jlong, jlong), address, 4 * page);
  fclose(file);
}

static void memory_and_words(jlong page) {
  const jlong handle = FUNCTION(newMemory, jlong, jint)(NULL, NULL, page, 0);
  check(handle >= 0, "newMemory", handle);
  const jlong address =
      FUNCTION(map, jlong, jlong, jlong, jint)(NULL, NULL, handle, 0, page, READ_WRITE);
  check(address > 0, "map, of memory", address);
  *(volatile int*)address = 7;
  jlong result = FUNCTION(await, jlong, jint, jlong, jlong)(NULL, NULL, address, 4, 7, 1000000);
  check(result == 2, "await: time", result);
  result = FUNCTION(await, jlong, jint, jlong, jlong)(NULL, NULL, address, 4, 8, 10000000000);
  check(result == 1, "await: value", result);
  ZERO(wake, TYPES(jlong, jboolean), address, 1);
  ZERO(unmap, TYPES(jlong, jlong), address, page);
  ZERO(release, TYPES(jlong), handle);
  const jlong own = FUNCTION(map, jlong, jlong, jlong, jint)(NULL, NULL, -1, 0, page, READ_WRITE);
  *(volatile char*)own = 'x';
  ZERO(discard, TYPES(jlong, jlong, jlong, jlong), -1, own, page, 0);
  check(*(volatile char*)own == 0, "discard: contents", *(volatile char*)own);
  ZERO(unmap, TYPES(jlong, jlong), own, page);
}

int main(int argc, char** argv) {
  library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (library == NULL) {
    printf("does not load: %s\n", dlerror());
    return 1;
  }
  const jlong page = FUNCTION(pageSize)(NULL, NULL);
  check(page == sysconf(_SC_PAGESIZE), "pageSize", page);
  check(FUNCTION(granularity)(NULL, NULL) == page, "granularity", 0);
  for (jint feature = 0; feature <= 11; ++feature) {
    const jlong has = FUNCTION(supports, jint)(NULL, NULL, feature);
    check(has == 0 || has == 1, "supports", has);
  }
  for (jint limit = 0; limit < 4; ++limit) {
    check(FUNCTION(limit, jint)(NULL, NULL, limit) > 0, "limit", limit);
  }
  pages_of_a_file(page);
  guarded_pages(page);
  memory_and_words(page);
  check(FUNCTION(size, jlong)(NULL, NULL, -1) < 0, "size of nothing", 0);
  ((void (*)(void*, void*))dlsym(library, "JNI_OnUnload"))(NULL, NULL);
  printf("musl: %d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
