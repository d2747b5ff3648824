// SPDX-License-Identifier: Apache-2.0
//
// What the Windows files share.

#ifndef MMAPIO_WINDOWS_INTERNAL_H_
#define MMAPIO_WINDOWS_INTERNAL_H_

#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#define WIN32_LEAN_AND_MEAN

#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "guard_table.h"
#include "platform.h"

namespace mmapio {

// After a failed call. A failure that set no error must not read as success.
[[nodiscard]] inline Result LastError() noexcept {
  const DWORD error = ::GetLastError();
  return -static_cast<Result>(error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE);
}

[[nodiscard]] inline Result ResultOf(BOOL returned) noexcept {
  return returned != 0 ? 0 : LastError();
}

[[nodiscard]] inline Result ResultOf(const void* returned) noexcept {
  return returned != nullptr ? reinterpret_cast<std::intptr_t>(returned) : LastError();
}

[[nodiscard]] inline HANDLE ToHandle(Handle handle) noexcept {
  return reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(handle));
}

[[nodiscard]] inline DWORD High(std::int64_t value) noexcept {
  return static_cast<DWORD>(value >> 32);
}

[[nodiscard]] inline DWORD Low(std::int64_t value) noexcept { return static_cast<DWORD>(value); }

[[nodiscard]] inline std::size_t RoundUp(std::size_t length, std::size_t unit) noexcept {
  return (length + unit - 1) / unit * unit;
}

[[nodiscard]] inline std::size_t WholePages(std::size_t length) noexcept {
  return RoundUp(length, static_cast<std::size_t>(PageSize()));
}

// Calls with each run of pages in a range that are in one state; stops at the first error.
template <typename Function>
[[nodiscard]] Result ForEachRun(void* address, std::size_t length, Function&& function) noexcept {
  auto* next = static_cast<char*>(address);
  char* const end = next + WholePages(length);
  while (next < end) {
    MEMORY_BASIC_INFORMATION found;
    if (::VirtualQuery(next, &found, sizeof(found)) == 0) {
      return LastError();
    }
    char* const stop = std::min(end, next + found.RegionSize);
    const Result result = function(next, static_cast<std::size_t>(stop - next), found);
    if (result < 0) {
      return result;
    }
    next = stop;
  }
  return 0;
}

// A function that not every Windows has; null where it is missing.
template <typename Function>
[[nodiscard]] Function FindFunction(const wchar_t* library, const char* name) noexcept {
  const FARPROC found = ::GetProcAddress(::GetModuleHandleW(library), name);
  return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(found));
}

// The ranges that are guarded. Zeros until it is used.
inline GuardTable guard_table;

// Has AwaitLostPage return.
void WakeGuard() noexcept;

// While one exists, whoever touches a page in the range that has no memory waits until it is gone.
class Gap {
 public:
  Gap(void* begin, std::size_t length) noexcept;
  ~Gap();
  Gap(const Gap&) = delete;
  Gap& operator=(const Gap&) = delete;
};

}  // namespace mmapio

#endif  // MMAPIO_WINDOWS_INTERNAL_H_
