// SPDX-License-Identifier: Apache-2.0
//
// Linked with musl: loads the library that was linked with glibc, and calls it.

#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

typedef long long (*page_size_function)(void *env, void *type);
typedef long long (*map_function)(void *env, void *type, long long handle, long long offset,
                                  long long length, int access);

int main(int argc, char **argv) {
  void *const library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (library == NULL) {
    printf("does not load: %s\n", dlerror());
    return 1;
  }
  const page_size_function page_size =
      (page_size_function)dlsym(library, "Java_io_mmapio_internal_jni_Jni_pageSize");
  const map_function map = (map_function)dlsym(library, "Java_io_mmapio_internal_jni_Jni_map");
  const long long page = page_size(NULL, NULL);
  const long long address = map(NULL, NULL, -1, 0, page, 2);
  printf("musl: page %lld, mapped at %llx\n", page, address);
  return page == sysconf(_SC_PAGESIZE) && address > 0 ? 0 : 1;
}
