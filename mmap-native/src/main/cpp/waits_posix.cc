// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: threads that wait for each other at a word. What differs between the two stands
// in the block below; nothing after it knows which one it is compiled for.

#include <algorithm>
#include <climits>

#include "posix.h"

#if defined(__APPLE__)
#include <dlfcn.h>
#else
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mmapio {
namespace {

#if defined(__APPLE__)

// Since macOS 14.4, and declared in headers since then: see os/os_sync_wait_on_address.h.
constexpr std::uint32_t kShared = 1;
constexpr std::uint32_t kMachClock = 32;
using WaitFunction = int(void* address, std::uint64_t value, std::size_t size, std::uint32_t flags,
                         std::uint32_t clock, std::uint64_t nanoseconds);
using WakeFunction = int(void* address, std::size_t size, std::uint32_t flags);

template <typename Function>
[[nodiscard]] Function* Find(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

// A value that differs and a wake are told alike: the caller reads the word anyway.
[[nodiscard]] Error Sleep(void* address, std::size_t size, std::int64_t expected,
                          std::int64_t nanoseconds) noexcept {
  static WaitFunction* const wait = Find<WaitFunction>("os_sync_wait_on_address_with_timeout");
  if (wait == nullptr) {
    return ENOSYS;
  }
  const auto value = size == sizeof(std::uint32_t) ? static_cast<std::uint32_t>(expected)
                                                   : static_cast<std::uint64_t>(expected);
  const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 1));
  return wait(address, value, size, kShared, kMachClock, time) >= 0 ? 0 : errno;
}

// Those who wait at 8 bytes are kept apart from those who wait at 4. ENOENT: there are none.
[[nodiscard]] Error WakeSleepers(void* address, bool all) noexcept {
  static WakeFunction* const wake_any = Find<WakeFunction>("os_sync_wake_by_address_any");
  static WakeFunction* const wake_all = Find<WakeFunction>("os_sync_wake_by_address_all");
  WakeFunction* const wake = all ? wake_all : wake_any;
  if (wake == nullptr) {
    return ENOSYS;
  }
  const Error error = ErrorOf(wake(address, sizeof(std::uint32_t), kShared));
  if (reinterpret_cast<std::uintptr_t>(address) % sizeof(std::uint64_t) == 0) {
    (void)wake(address, sizeof(std::uint64_t), kShared);
  }
  return error == ENOENT ? 0 : error;
}

#else

// By number, as no library of C has the function. The word may be shared between processes, so the
// flag for private ones is missing. The kernel's timespec for this call is two longs everywhere.
struct KernelTime {
  long seconds;
  long nanoseconds;
};

[[nodiscard]] Error Sleep(void* address, std::size_t size, std::int64_t expected,
                          std::int64_t nanoseconds) noexcept {
  constexpr int kWait = 0;
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (size != sizeof(std::uint32_t)) {
    return ENOSYS;
  }
  const KernelTime time = {static_cast<long>(nanoseconds / kSecond),
                           static_cast<long>(nanoseconds % kSecond)};
  return ErrorOf(static_cast<int>(
      ::syscall(SYS_futex, address, kWait, static_cast<std::uint32_t>(expected), &time)));
}

[[nodiscard]] Error WakeSleepers(void* address, bool all) noexcept {
  constexpr int kWake = 1;
  return ::syscall(SYS_futex, address, kWake, all ? INT_MAX : 1) >= 0 ? 0 : errno;
}

#endif

}  // namespace

Result Await(void* address, std::size_t size, std::int64_t expected,
             std::int64_t nanoseconds) noexcept {
  const Error error = Sleep(address, size, expected, nanoseconds);
  switch (error) {
    case 0:
      return kWoken;
    case EAGAIN:
      return kChanged;
    case EINTR:
    case ETIMEDOUT:
      return kTimedOut;
    case EFAULT:
      return kLost;
    case ENOSYS:
      return kUnsupported;
    default:
      return -error;
  }
}

Result Wake(void* address, bool all) noexcept {
  const Error error = WakeSleepers(address, all);
  return error == EFAULT ? kLost : error == ENOSYS ? kUnsupported : -error;
}

bool WaitsAtWordsOf(std::size_t size) noexcept {
  std::uint64_t word = 0;
  return Await(&word, size, /*expected=*/1, /*nanoseconds=*/0) != kUnsupported;
}

}  // namespace mmapio
