// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: addresses, from mapping to unmapping. What is put into a reservation is in
// reservations_windows.cc, who faults in faults_windows.cc.

#include "windows_addresses.h"

namespace mmapio {
namespace {

// Where other allocations look last, and while there is no gap of our own: without placeholders
// this is all that keeps others out of a gap.
[[nodiscard]] Result MapViewHigh(HANDLE section, std::int64_t offset, std::size_t length,
                                 DWORD access) noexcept {
  const NoGap no_gap;
  void* const place = ::VirtualAlloc(nullptr, length, MEM_RESERVE | MEM_TOP_DOWN, PAGE_NOACCESS);
  ::VirtualFree(place, 0, MEM_RELEASE);
  Result view =
      ResultOf(::MapViewOfFileEx(section, access, High(offset), Low(offset), length, place));
  if (view < 0) {
    view = ResultOf(::MapViewOfFile(section, access, High(offset), Low(offset), length));
  }
  return view;
}

// In a placeholder if possible, so that Entomb can keep the addresses. The view is as long as asked
// and ends inside the section, or the call fails: a length rounded up to pages would be refused for
// the last page of a file.
[[nodiscard]] Result MapView(HANDLE section, std::int64_t offset, std::size_t length,
                             const Protection& protection) noexcept {
  void* const place = kNewer.placeholders ? kNewer.Placeholder(length) : nullptr;
  if (place != nullptr) {
    void* const view =
        kNewer.map(section, ::GetCurrentProcess(), place, static_cast<ULONG64>(offset), length,
                   kReplacePlaceholder, protection.section, nullptr, 0);
    if (view != nullptr) {
      return ResultOf(view);
    }
    ::VirtualFree(place, 0, MEM_RELEASE);
  }
  return MapViewHigh(section, offset, length, protection.view);
}

[[nodiscard]] Result MapFile(Handle handle, std::int64_t offset, std::size_t length,
                             const Protection& protection) noexcept {
  // A size of zero is the size the file has: any other could make the file grow.
  void* const section =
      ::CreateFileMappingW(ToHandle(handle), nullptr, protection.section, 0, 0, nullptr);
  if (section == nullptr) {
    return LastError();
  }
  const Result view = MapView(section, offset, length, protection);
  ::CloseHandle(section);  // the view keeps it
  return view;
}

[[nodiscard]] Result MapMemory(std::size_t length, DWORD protection) noexcept {
  void* const address = ::VirtualAlloc(nullptr, length, MEM_RESERVE, kOnDemand);
  if (address == nullptr) {
    return LastError();
  }
  const Result committed = ResultOf(::VirtualAlloc(address, length, MEM_COMMIT, protection));
  if (committed < 0) {
    ::VirtualFree(address, 0, MEM_RELEASE);
  }
  return committed;
}

// If placeholders are not to be had, the addresses may be lost to another thread: see Entomb.
[[nodiscard]] Result ReplaceView(void* address, std::size_t length) noexcept {
  const bool kept = kNewer.placeholders &&
                    kNewer.unmap(::GetCurrentProcess(), address, kPreservePlaceholder) != 0;
  if (!kept && ::UnmapViewOfFile(address) == 0) {
    return LastError();
  }
  const Result reserved =
      ResultOf(kept ? kNewer.alloc(::GetCurrentProcess(), address, length,
                                   MEM_RESERVE | kReplacePlaceholder, kOnDemand, nullptr, 0)
                    : ::VirtualAlloc(address, length, MEM_RESERVE, kOnDemand));
  return reserved < 0 ? reserved : 0;
}

}  // namespace

Result Map(Handle handle, std::int64_t offset, std::size_t length, Access access) noexcept {
  const Protection protection = ProtectionOf(access);
  if (handle == kNoHandle) {
    return MapMemory(length, protection.memory);
  }
  const Result view = MapFile(handle, offset, length, protection);
  if (view < 0 || access != Access::kNone) {
    return view;
  }
  void* const address = reinterpret_cast<void*>(view);
  DWORD before;
  const Result result = ResultOf(::VirtualProtect(address, length, protection.memory, &before));
  if (result < 0) {
    ::UnmapViewOfFile(address);
    return result;
  }
  return view;
}

// Large pages need a privilege that nobody has by default.
Result MapHuge(std::size_t /*length*/, std::size_t /*page_size*/) noexcept { return kUnsupported; }

Result Protect(void* address, std::size_t length, Access access) noexcept {
  const Protection protection = ProtectionOf(access);
  return ForEachRun(address, length, [&](char* run, std::size_t bytes, const auto& found) noexcept {
    const bool copies = found.Type == MEM_MAPPED && access == Access::kCopyOnWrite;
    DWORD before;
    return found.State == MEM_COMMIT
               ? ResultOf(::VirtualProtect(
                     run, bytes, copies ? protection.section : protection.memory, &before))
               : 0;
  });
}

// What cannot be freed keeps its addresses: reported, it would have the caller try again with all
// of them, when others may own the first.
Result Unmap(void* address, std::size_t length) noexcept {
  Result first = 0;
  const auto free_run = [&](char* run, std::size_t, const auto& found) noexcept -> Result {
    if (found.State != MEM_FREE && found.AllocationBase == run && IsOurs(found)) {
      const Result result = found.Type == MEM_MAPPED ? ResultOf(::UnmapViewOfFile(run))
                                                     : ResultOf(::VirtualFree(run, 0, MEM_RELEASE));
      first = run == address ? result : first;
    }
    return 0;
  };
  const Result walked = ForEachRun(address, length, free_run);
  return walked < 0 ? walked : first;
}

[[nodiscard]] Result EntombRange(void* address, std::size_t length) noexcept {
  return ForEachRun(address, length, [](char* run, std::size_t bytes, const auto& found) noexcept {
    if (found.Type == MEM_MAPPED) {
      // Its pages may be in several states; with the first of them all are replaced.
      return run == found.AllocationBase
                 ? ReplaceView(run, static_cast<std::size_t>(EndOfAllocation(run) - run))
                 : Result{0};
    }
    return found.State == MEM_COMMIT ? ResultOf(::VirtualFree(run, bytes, MEM_DECOMMIT))
                                     : Result{0};
  });
}

// The addresses are only reserved. To commit memory would charge the whole length, and fail for a
// file larger than memory; instead the handler makes each page when it is touched. It is not asked
// for accesses of the kernel: a system call that is given an untouched page fails.
//
// ERROR_INVALID_ADDRESS: the file is let go, but another thread was given the addresses before they
// could be reserved. They must not be unmapped. This cannot happen to a view in a placeholder.
Result Entomb(void* address, std::size_t length) noexcept {
  const Gap gap(address, WholePages(length));
  return EntombRange(address, length);
}

}  // namespace mmapio
