// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: how the copies of this library find what they share.

#include <dlfcn.h>

#include "guard_shared.h"

// Before glibc 2.34 these are in a library of their own, which every JVM has loaded; so they are
// taken in the oldest version there is, and this library needs libc alone.
#if defined(__GLIBC__) && defined(__x86_64__)
__asm__(".symver dladdr,dladdr@GLIBC_2.2.5");
__asm__(".symver dlopen,dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");
#endif
#if defined(__linux__)
#pragma weak dladdr
#pragma weak dlopen
#pragma weak dlsym
#endif

extern "C" {
extern __attribute__((visibility("default"))) mmapio::GuardShared mmapio_guard_1;
mmapio::GuardShared mmapio_guard_1;
}

namespace mmapio {
namespace {

// Whether the functions are there, which on Linux may be in a library that nobody has loaded.
[[nodiscard]] bool CanLook() noexcept {
#if defined(__linux__)
  return &::dladdr != nullptr && &::dlopen != nullptr && &::dlsym != nullptr;
#else
  return true;
#endif
}

[[nodiscard]] GuardShared* Visible() noexcept {
  void* const found = ::dlsym(RTLD_DEFAULT, "mmapio_guard_1");
  return found == nullptr ? &mmapio_guard_1 : static_cast<GuardShared*>(found);
}

}  // namespace

// Two copies may look at once. Both then make theirs visible, and both find that of the one which
// was first.
GuardShared* FindGuardShared() noexcept {
  if (!CanLook()) {
    return &mmapio_guard_1;
  }
  Dl_info self;
  if (Visible() == &mmapio_guard_1 && ::dladdr(&mmapio_guard_1, &self) != 0) {
    // Never closed. Fails in a program that has this code in itself, and is never unloaded.
    static_cast<void>(
        ::dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE | RTLD_GLOBAL) != nullptr);
  }
  return Visible();
}

}  // namespace mmapio
