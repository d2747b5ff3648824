// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: what can be done with mapped pages.

#include <algorithm>
#include <array>

// clang-format off
#include "windows_internal.h"  // before the header that needs it
#include <psapi.h>
// clang-format on

namespace mmapio {
namespace {

using PrefetchVirtualMemory = BOOL(WINAPI*)(HANDLE, ULONG_PTR, WIN32_MEMORY_RANGE_ENTRY*, ULONG);
const auto kPrefetch =
    FindFunction<PrefetchVirtualMemory>(L"kernel32.dll", "PrefetchVirtualMemory");

// A lock that another process has on a part of the file is not waited for long.
[[nodiscard]] Result FlushView(const void* address, std::size_t length) noexcept {
  constexpr int kAttempts = 5;
  Result result = ResultOf(::FlushViewOfFile(address, length));
  for (int i = 1; i < kAttempts && result == -ERROR_LOCK_VIOLATION; ++i) {
    ::Sleep(/*dwMilliseconds=*/1);
    result = ResultOf(::FlushViewOfFile(address, length));
  }
  return result;
}

// One call flushes pages of one view.
[[nodiscard]] Result Flush(void* address, std::size_t length) noexcept {
  return ForEachRun(address, length, [](char* run, std::size_t bytes, const auto&) noexcept {
    return FlushView(run, bytes);
  });
}

// Calls for the part of each page that a range has, while the calls succeed, and answers how many
// bytes that were.
template <typename Function>
[[nodiscard]] Result ForEachPage(std::uintptr_t address, std::size_t length,
                                 Function&& function) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  std::size_t done = 0;
  while (done < length) {
    const std::size_t part = std::min(length - done, page_size - (address + done) % page_size);
    if (!function(done, part)) {
      break;
    }
    done += part;
  }
  return static_cast<Result>(done);
}

// By the kernel, which reports what it cannot read.
[[nodiscard]] bool Read(const void* from, void* to, std::size_t length) noexcept {
  SIZE_T read = 0;
  return ::ReadProcessMemory(::GetCurrentProcess(), from, to, length, &read) != 0 && read == length;
}

// An atomic OR with nothing. It cannot fault: the page was just read, and Windows neither truncates
// a file that is mapped nor takes storage before it writes a page back.
void TouchForWrite(char* address) noexcept {
  static_cast<void>(__atomic_fetch_or(address, 0, __ATOMIC_RELAXED));
}

}  // namespace

Result Advise(void* address, std::size_t length, Advice advice) noexcept {
  const std::int64_t range[] = {reinterpret_cast<std::intptr_t>(address),
                                static_cast<std::int64_t>(length)};
  return AdviseAll(range, length == 0 ? 0 : 1, advice);
}

Result AdviseAll(const std::int64_t* ranges, std::size_t count, Advice advice) noexcept {
  if (advice != Advice::kWillNeed || kPrefetch == nullptr) {
    return kIgnored;
  }
  std::array<WIN32_MEMORY_RANGE_ENTRY, 64> entries;
  for (std::size_t first = 0; first < count; first += entries.size()) {
    const std::size_t some = std::min(entries.size(), count - first);
    for (std::size_t i = 0; i < some; ++i) {
      entries[i] = {reinterpret_cast<void*>(ranges[2 * (first + i)]),
                    static_cast<SIZE_T>(ranges[2 * (first + i) + 1])};
    }
    if (kPrefetch(::GetCurrentProcess(), some, entries.data(), /*Flags=*/0) == 0) {
      return LastError();
    }
  }
  return kApplied;
}

// PrefetchVirtualMemory takes addresses: AdviseAll.
Result Prefetch(Handle /*handle*/, const std::int64_t* /*ranges*/, std::size_t /*count*/) noexcept {
  return kUnsupported;
}

Result Populate(void* address, std::size_t length, bool write) noexcept {
  auto* const start = static_cast<char*>(address);
  const Result done = ForEachPage(reinterpret_cast<std::uintptr_t>(address), length,
                                  [&](std::size_t at, std::size_t /*part*/) noexcept {
                                    char byte;
                                    const bool present = Read(start + at, &byte, 1);
                                    if (present && write) {
                                      TouchForWrite(start + at);
                                    }
                                    return present;
                                  });
  return done == static_cast<Result>(length) ? 0 : kLost;
}

Result Lock(void* address, std::size_t length) noexcept {
  return ForEachRun(address, length, [](char* run, std::size_t bytes, const auto&) noexcept {
    return ResultOf(::VirtualLock(run, bytes));
  });
}

Result Unlock(void* address, std::size_t length) noexcept {
  return ForEachRun(address, length, [](char* run, std::size_t bytes, const auto&) noexcept {
    const Result result = ResultOf(::VirtualUnlock(run, bytes));
    return result == -ERROR_NOT_LOCKED ? 0 : result;
  });
}

// Copies of a file's pages cannot be thrown away one by one.
Result Discard(Handle handle, void* address, std::size_t length, std::int64_t /*offset*/) noexcept {
  if (handle != kNoHandle) {
    return kUnsupported;
  }
  const Gap gap(address, length);
  if (::VirtualFree(address, length, MEM_DECOMMIT) == 0) {
    return LastError();
  }
  const Result committed = ResultOf(::VirtualAlloc(address, length, MEM_COMMIT, PAGE_READWRITE));
  return committed < 0 ? committed : 0;
}

// Unlocking what is not locked takes it out of the working set. See VirtualUnlock. There is nothing
// to flush of a view that cannot be written.
Result Evict(Handle /*handle*/, void* address, std::size_t length,
             std::int64_t /*offset*/) noexcept {
  const Result flushed = Flush(address, length);
  return flushed == 0 || flushed == -ERROR_ACCESS_DENIED ? Unlock(address, length) : flushed;
}

Result CopyOut(void* to, const void* mapped, std::size_t length) noexcept {
  const auto* const from = static_cast<const char*>(mapped);
  return ForEachPage(reinterpret_cast<std::uintptr_t>(mapped), length,
                     [&](std::size_t at, std::size_t part) noexcept {
                       return Read(from + at, static_cast<char*>(to) + at, part);
                     });
}

Result CopyIn(void* mapped, const void* from, std::size_t length) noexcept {
  const auto* const source = static_cast<const char*>(from);
  return ForEachPage(reinterpret_cast<std::uintptr_t>(mapped), length,
                     [&](std::size_t at, std::size_t part) noexcept {
                       SIZE_T written = 0;
                       return ::WriteProcessMemory(::GetCurrentProcess(),
                                                   static_cast<char*>(mapped) + at, source + at,
                                                   part, &written) != 0 &&
                              written == part;
                     });
}

// FlushViewOfFile hands pages to the file system and FlushFileBuffers has the drive write them.
// Views and ReadFile see the same pages, so there is nothing to invalidate.
Result Sync(Handle handle, void* address, std::size_t length, std::int64_t /*offset*/,
            SyncMode mode, bool /*invalidate*/) noexcept {
  const Result result = Flush(address, length);
  return result == 0 && mode == SyncMode::kDurable ? ResultOf(::FlushFileBuffers(ToHandle(handle)))
                                                   : result;
}

namespace {

constexpr std::size_t kBits = 64;
constexpr std::size_t kBatch = 4 * kBits;  // pages per call: an array that fits the stack

// Calls for each batch of pages with their states and the number of the first, until it answers
// false.
template <typename Function>
[[nodiscard]] Result ForEachBatch(void* address, std::size_t length, Function&& function) noexcept {
  std::array<PSAPI_WORKING_SET_EX_INFORMATION, kBatch> states;
  const auto page_size = static_cast<std::size_t>(PageSize());
  const std::size_t pages = WholePages(length) / page_size;
  for (std::size_t first = 0; first < pages; first += kBatch) {
    const std::size_t count = std::min(kBatch, pages - first);
    for (std::size_t i = 0; i < count; ++i) {
      states[i].VirtualAddress = static_cast<char*>(address) + (first + i) * page_size;
    }
    if (::QueryWorkingSetEx(::GetCurrentProcess(), states.data(),
                            static_cast<DWORD>(count * sizeof(states[0]))) == 0) {
      return LastError();
    }
    if (!function(states.data(), count, first)) {
      break;
    }
  }
  return 0;
}

}  // namespace

// In the working set of this process, that is: a page of the file cache that it has not touched
// lately is not. See QueryWorkingSetEx.
Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept {
  return ForEachBatch(address, length,
                      [bits](const PSAPI_WORKING_SET_EX_INFORMATION* states, std::size_t count,
                             std::size_t first) noexcept {
                        for (std::size_t i = 0; i < count; ++i) {
                          std::uint64_t& word = bits[(first + i) / kBits];
                          const std::uint64_t bit = std::uint64_t{1} << ((first + i) % kBits);
                          word = states[i].VirtualAttributes.Valid != 0 ? word | bit : word & ~bit;
                        }
                        return true;
                      });
}

Result AllResident(void* address, std::size_t length) noexcept {
  bool all = true;
  const Result result =
      ForEachBatch(address, length,
                   [&all](const PSAPI_WORKING_SET_EX_INFORMATION* states, std::size_t count,
                          std::size_t /*first*/) noexcept {
                     all = std::all_of(states, states + count, [](const auto& state) noexcept {
                       return state.VirtualAttributes.Valid != 0;
                     });
                     return all;
                   });
  return result < 0 ? result : static_cast<Result>(all);
}

// Windows does not tell which pages were touched lately.
Result Present(void* /*address*/, std::size_t /*length*/, std::uint64_t* /*bits*/) noexcept {
  return kUnsupported;
}

Result ResidencyVisible(Handle /*handle*/) noexcept { return 1; }

Result SizeAndVisibility(Handle handle, bool* visible) noexcept {
  *visible = true;
  return Size(handle);
}

}  // namespace mmapio
