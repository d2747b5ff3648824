// SPDX-License-Identifier: Apache-2.0
//
// What the Windows files that own addresses share: how an address range is kept, and how one that
// this library has made is known again.
//
// No call replaces a mapping by another one in a single step, as mmap(MAP_FIXED) does. In the gap
// between the two it takes, a reader would fault: our handler of access violations lets it wait.
// And another thread could be given the addresses: a placeholder keeps them, from Windows 10 1803
// on. See VirtualAlloc2, MapViewOfFile3, UnmapViewOfFile2 and AddVectoredExceptionHandler.

#ifndef MMAPIO_WINDOWS_ADDRESSES_H_
#define MMAPIO_WINDOWS_ADDRESSES_H_

#include "windows_internal.h"

namespace mmapio {

// Newer than the headers of some compilers.
constexpr DWORD kReservePlaceholder = 0x00040000;    // MEM_RESERVE_PLACEHOLDER
constexpr DWORD kReplacePlaceholder = 0x00004000;    // MEM_REPLACE_PLACEHOLDER
constexpr DWORD kPreservePlaceholder = 0x00000002;   // MEM_PRESERVE_PLACEHOLDER
constexpr DWORD kCoalescePlaceholders = 0x00000001;  // MEM_COALESCE_PLACEHOLDERS

// Memory that was reserved with this protection, for which nobody else has a use, is ours: pages of
// it that are not there are made when they are touched. VirtualQuery tells it from other memory
// (AllocationProtect), so no list of mappings is needed.
constexpr DWORD kOnDemand = PAGE_READONLY;

// What not every Windows has; null where it is missing.
struct Newer {
  using VirtualAlloc2 = void*(WINAPI*)(HANDLE, void*, SIZE_T, ULONG, ULONG, void*, ULONG);
  using MapViewOfFile3 = void*(WINAPI*)(HANDLE, HANDLE, void*, ULONG64, SIZE_T, ULONG, ULONG, void*,
                                        ULONG);
  using UnmapViewOfFile2 = BOOL(WINAPI*)(HANDLE, void*, ULONG);

  Newer() noexcept = default;

  const VirtualAlloc2 alloc = FindFunction<VirtualAlloc2>(L"kernelbase.dll", "VirtualAlloc2");
  const MapViewOfFile3 map = FindFunction<MapViewOfFile3>(L"kernelbase.dll", "MapViewOfFile3");
  const UnmapViewOfFile2 unmap =
      FindFunction<UnmapViewOfFile2>(L"kernelbase.dll", "UnmapViewOfFile2");
  // By trial, because Wine 8 has the functions but not the placeholders.
  const bool placeholders =
      map != nullptr && unmap != nullptr && ::VirtualFree(Placeholder(1), 0, MEM_RELEASE) != 0;

  [[nodiscard]] void* Placeholder(std::size_t length) const noexcept {
    return alloc == nullptr
               ? nullptr
               : alloc(::GetCurrentProcess(), /*BaseAddress=*/nullptr, WholePages(length),
                       MEM_RESERVE | kReservePlaceholder, PAGE_NOACCESS, nullptr, 0);
  }
};

inline const Newer kNewer;

struct Protection {
  DWORD section;  // of the section, and of MapViewOfFile3
  DWORD view;     // of MapViewOfFile
  DWORD memory;   // of memory of no file
};

[[nodiscard]] inline Protection ProtectionOf(Access access) noexcept {
  switch (access) {
    case Access::kNone:
      return {PAGE_READONLY, FILE_MAP_READ, PAGE_NOACCESS};
    case Access::kReadOnly:
      return {PAGE_READONLY, FILE_MAP_READ, PAGE_READONLY};
    case Access::kReadWrite:
      return {PAGE_READWRITE, FILE_MAP_WRITE, PAGE_READWRITE};
    case Access::kCopyOnWrite:
      break;
  }
  return {PAGE_WRITECOPY, FILE_MAP_COPY, PAGE_READWRITE};
}

// Where what was reserved by one call ends: its pages may be in several states.
[[nodiscard]] inline char* EndOfAllocation(char* allocation) noexcept {
  char* end = allocation;
  MEMORY_BASIC_INFORMATION found;
  while (::VirtualQuery(end, &found, sizeof(found)) != 0 && found.AllocationBase == allocation) {
    end += found.RegionSize;
  }
  return end;
}

// Whether an allocation is one that this library makes. After a lost race another one may be there.
[[nodiscard]] inline bool IsOurs(const MEMORY_BASIC_INFORMATION& found) noexcept {
  return found.Type == MEM_MAPPED || found.AllocationProtect == kOnDemand ||
         (kNewer.placeholders && found.State == MEM_RESERVE);
}

// While one exists, no address range is without memory. See Gap.
class NoGap {
 public:
  NoGap() noexcept;
  ~NoGap();
  NoGap(const NoGap&) = delete;
  NoGap& operator=(const NoGap&) = delete;
};

// Makes pages on demand of a range. The caller holds a Gap of it.
[[nodiscard]] Result EntombRange(void* address, std::size_t length) noexcept;

}  // namespace mmapio

#endif  // MMAPIO_WINDOWS_ADDRESSES_H_
