// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: threads that wait for each other at a word. What differs between the two stands
// in the block below; nothing after it knows which one it is compiled for.

#include <algorithm>
#include <climits>

#include "posix.h"

#if defined(__APPLE__)
#include <dlfcn.h>

#include <atomic>
#else
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mmapio {
namespace {

#if defined(__APPLE__)

constexpr bool kWaitsAtLongs = true;

// Since macOS 14.4, and declared in headers since then: see os/os_sync_wait_on_address.h.
constexpr std::uint32_t kShared = 1;
constexpr std::uint32_t kMachClock = 32;
using WaitFunction = int(void* address, std::uint64_t value, std::size_t size, std::uint32_t flags,
                         std::uint32_t clock, std::uint64_t nanoseconds);
using WakeFunction = int(void* address, std::size_t size, std::uint32_t flags);

// A function that only newer systems have. Threads may look it up at the same time: they find the
// same. A static variable of a function would need the C++ library, which is not linked.
template <typename Function>
class Newer {
 public:
  constexpr explicit Newer(const char* name) noexcept : name_(name) {}

  [[nodiscard]] Function* Find() noexcept {
    Function* found = found_.load(std::memory_order_relaxed);
    if (found == nullptr) {
      found = reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name_));
      found_.store(found, std::memory_order_relaxed);
    }
    return found;
  }

 private:
  const char* const name_;
  std::atomic<Function*> found_{nullptr};
};

Newer<WaitFunction> wait_function{"os_sync_wait_on_address_with_timeout"};
Newer<WakeFunction> wake_any_function{"os_sync_wake_by_address_any"};
Newer<WakeFunction> wake_all_function{"os_sync_wake_by_address_all"};

// A value that differs and a wake are told alike: the caller reads the word anyway.
[[nodiscard]] Error Sleep(void* address, std::size_t size, std::int64_t expected,
                          std::int64_t nanoseconds) noexcept {
  WaitFunction* const wait = wait_function.Find();
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
  WakeFunction* const wake = all ? wake_all_function.Find() : wake_any_function.Find();
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

constexpr bool kWaitsAtLongs = false;  // not without delay: see below

// By number, as no library of C has the function. The word may be shared between processes, so the
// flag for private ones is missing. The kernel's timespec for this call is two words of the
// machine.
struct KernelTime {
  std::intptr_t seconds;
  std::intptr_t nanoseconds;
};

constexpr bool kLowerHalfFirst = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

[[nodiscard]] Error SleepAtFutex(void* address, std::uint32_t expected,
                                 std::int64_t nanoseconds) noexcept {
  constexpr int kWait = 0;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const auto seconds = std::min<std::int64_t>(nanoseconds / kSecond, INT32_MAX);
  const KernelTime time = {static_cast<std::intptr_t>(seconds),
                           static_cast<std::intptr_t>(nanoseconds % kSecond)};
  return ErrorOf(static_cast<int>(::syscall(SYS_futex, address, kWait, expected, &time)));
}

// A futex has 4 bytes. A thread that waits at 8 compares the upper half first, by a wait of no
// length, which unlike a load reports a lost page. Then it sleeps at the lower half, where it is
// woken. A change of the upper half alone and its wake may come in between, so a wait is short.
[[nodiscard]] Error Sleep(void* address, std::size_t size, std::int64_t expected,
                          std::int64_t nanoseconds) noexcept {
  const auto value = static_cast<std::uint64_t>(expected);
  if (size == sizeof(std::uint32_t)) {
    return SleepAtFutex(address, static_cast<std::uint32_t>(value), nanoseconds);
  }
  char* const second = static_cast<char*>(address) + sizeof(std::uint32_t);
  const Error error =
      SleepAtFutex(kLowerHalfFirst ? second : address, static_cast<std::uint32_t>(value >> 32U), 0);
  if (error != ETIMEDOUT && error != 0) {
    return error;
  }
  return SleepAtFutex(kLowerHalfFirst ? address : second, static_cast<std::uint32_t>(value),
                      nanoseconds);
}

[[nodiscard]] Error WakeFutex(void* address, bool all) noexcept {
  constexpr int kWake = 1;
  return ::syscall(SYS_futex, address, kWake, all ? INT_MAX : 1) >= 0 ? 0 : errno;
}

// Those who wait at 8 bytes sleep at the lower half. Where that is the second one, who waits at the
// word there is woken too, for no reason.
[[nodiscard]] Error WakeSleepers(void* address, bool all) noexcept {
  const Error error = WakeFutex(address, all);
  if (!kLowerHalfFirst && reinterpret_cast<std::uintptr_t>(address) % sizeof(std::uint64_t) == 0) {
    static_cast<void>(WakeFutex(static_cast<char*>(address) + sizeof(std::uint32_t), all));
  }
  return error;
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
  return (kWaitsAtLongs || size == sizeof(std::uint32_t)) &&
         Await(&word, size, /*expected=*/1, /*nanoseconds=*/0) != kUnsupported;
}

}  // namespace mmapio
