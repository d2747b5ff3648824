// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit.
//
// No call replaces a mapping by another one in a single step, as mmap(MAP_FIXED) does. In the gap
// between the two it takes, a reader would fault: our handler of access violations lets it wait.
// And another thread could be given the addresses: a placeholder keeps them, from Windows 10 1803
// on. See VirtualAlloc2, MapViewOfFile3, UnmapViewOfFile2 and AddVectoredExceptionHandler.

#define NOMINMAX
#define WIN32_LEAN_AND_MEAN

// clang-format off
#include <windows.h>  // before the header that needs it
#include <psapi.h>
// clang-format on

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "platform.h"

namespace mmapio {
namespace {

// Newer than the headers of some compilers.
constexpr DWORD kReservePlaceholder = 0x00040000;   // MEM_RESERVE_PLACEHOLDER
constexpr DWORD kReplacePlaceholder = 0x00004000;   // MEM_REPLACE_PLACEHOLDER
constexpr DWORD kPreservePlaceholder = 0x00000002;  // MEM_PRESERVE_PLACEHOLDER

// Memory that was reserved with this protection, for which nobody else has a use, is ours: pages of
// it that are not there are made when they are touched. VirtualQuery tells it from other memory
// (AllocationProtect), so no list of mappings is needed.
constexpr DWORD kOnDemand = PAGE_READONLY;

// The addresses that have no memory for a moment because Entomb, which holds the lock, is at work.
SRWLOCK gap_lock = SRWLOCK_INIT;
std::atomic<std::uintptr_t> gap_begin = 0;
std::atomic<std::uintptr_t> gap_end = 0;

// After a failed call. A failure that set no error must not read as success.
[[nodiscard]] Result LastError() noexcept {
  const DWORD error = ::GetLastError();
  return -static_cast<Result>(error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE);
}

[[nodiscard]] Result ResultOf(BOOL returned) noexcept { return returned != 0 ? 0 : LastError(); }

[[nodiscard]] Result ResultOf(const void* returned) noexcept {
  return returned != nullptr ? reinterpret_cast<std::intptr_t>(returned) : LastError();
}

[[nodiscard]] HANDLE ToHandle(Handle handle) noexcept {
  return reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(handle));
}

[[nodiscard]] DWORD High(std::int64_t value) noexcept { return static_cast<DWORD>(value >> 32); }

[[nodiscard]] DWORD Low(std::int64_t value) noexcept { return static_cast<DWORD>(value); }

[[nodiscard]] SYSTEM_INFO System() noexcept {
  SYSTEM_INFO info;
  ::GetSystemInfo(&info);
  return info;
}

[[nodiscard]] std::size_t WholePages(std::size_t length) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  return (length + page_size - 1) / page_size * page_size;
}

// What not every Windows has; null where it is missing.
struct Newer {
  using VirtualAlloc2 = void*(WINAPI*)(HANDLE, void*, SIZE_T, ULONG, ULONG, void*, ULONG);
  using MapViewOfFile3 = void*(WINAPI*)(HANDLE, HANDLE, void*, ULONG64, SIZE_T, ULONG, ULONG, void*,
                                        ULONG);
  using UnmapViewOfFile2 = BOOL(WINAPI*)(HANDLE, void*, ULONG);
  using PrefetchVirtualMemory = BOOL(WINAPI*)(HANDLE, ULONG_PTR, WIN32_MEMORY_RANGE_ENTRY*, ULONG);

  Newer() noexcept = default;

  template <typename Function>
  static Function Find(const wchar_t* library, const char* name) noexcept {
    const FARPROC found = ::GetProcAddress(::GetModuleHandleW(library), name);
    return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(found));
  }

  const VirtualAlloc2 alloc = Find<VirtualAlloc2>(L"kernelbase.dll", "VirtualAlloc2");
  const MapViewOfFile3 map = Find<MapViewOfFile3>(L"kernelbase.dll", "MapViewOfFile3");
  const UnmapViewOfFile2 unmap = Find<UnmapViewOfFile2>(L"kernelbase.dll", "UnmapViewOfFile2");
  const PrefetchVirtualMemory prefetch =
      Find<PrefetchVirtualMemory>(L"kernel32.dll", "PrefetchVirtualMemory");

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

const Newer kNewer;

// Returns when a gap that was at the address has been filled. Takes the lock for no other address:
// who faults elsewhere may have stopped the thread that holds it, as profilers do.
void WaitForGap(std::uintptr_t address) noexcept {
  if (address >= gap_begin && address < gap_end) {
    ::AcquireSRWLockShared(&gap_lock);
    ::ReleaseSRWLockShared(&gap_lock);
  }
}

// Makes the page of an address if it is one that is made on demand.
[[nodiscard]] bool MakePage(void* address) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0 || found.Type != MEM_PRIVATE ||
      found.AllocationProtect != kOnDemand) {
    return false;
  }
  if (found.State == MEM_COMMIT) {
    return found.Protect == PAGE_READWRITE;  // another thread was faster
  }
  return ::VirtualAlloc(address, /*dwSize=*/1, MEM_COMMIT, PAGE_READWRITE) != nullptr;
}

// Comes before the JVM's handler, which would take the fault for a crash.
LONG CALLBACK OnException(EXCEPTION_POINTERS* exception) noexcept {
  constexpr ULONG_PTR kWrite = 1;  // 0 is a read, 8 the execution of data
  const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
  if (record.ExceptionCode != EXCEPTION_ACCESS_VIOLATION ||
      record.ExceptionInformation[0] > kWrite) {
    return EXCEPTION_CONTINUE_SEARCH;
  }
  const DWORD last_error = ::GetLastError();  // of the code that was interrupted
  const ULONG_PTR address = record.ExceptionInformation[1];
  WaitForGap(address);
  const bool made = MakePage(reinterpret_cast<void*>(address));
  ::SetLastError(last_error);
  return made ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

// For as long as this library is loaded.
class ExceptionHandler {
 public:
  ExceptionHandler() noexcept : handler_(::AddVectoredExceptionHandler(/*First=*/1, OnException)) {}
  ~ExceptionHandler() { ::RemoveVectoredExceptionHandler(handler_); }
  ExceptionHandler(const ExceptionHandler&) = delete;
  ExceptionHandler& operator=(const ExceptionHandler&) = delete;

 private:
  void* const handler_;
};

const ExceptionHandler kExceptionHandler;

struct Protection {
  DWORD section;  // of the section, and of MapViewOfFile3
  DWORD view;     // of MapViewOfFile
  DWORD memory;   // of memory of no file
};

[[nodiscard]] Protection ProtectionOf(Access access) noexcept {
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

// Where other allocations look last, and while there is no gap of our own: without placeholders
// this is all that keeps others out of a gap.
[[nodiscard]] Result MapViewHigh(HANDLE section, std::int64_t offset, std::size_t length,
                                 DWORD access) noexcept {
  ::AcquireSRWLockShared(&gap_lock);
  void* const place = ::VirtualAlloc(nullptr, length, MEM_RESERVE | MEM_TOP_DOWN, PAGE_NOACCESS);
  ::VirtualFree(place, 0, MEM_RELEASE);
  Result view =
      ResultOf(::MapViewOfFileEx(section, access, High(offset), Low(offset), length, place));
  if (view < 0) {
    view = ResultOf(::MapViewOfFile(section, access, High(offset), Low(offset), length));
  }
  ::ReleaseSRWLockShared(&gap_lock);
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

template <typename Info>
[[nodiscard]] Result Query(Handle handle, FILE_INFO_BY_HANDLE_CLASS what, Info* info) noexcept {
  return ResultOf(::GetFileInformationByHandleEx(ToHandle(handle), what, info, sizeof(*info)));
}

// A sparse or compressed file may have room somewhere and a hole elsewhere: no promise for those.
[[nodiscard]] bool HasStorage(Handle handle, std::int64_t end) noexcept {
  FILE_STANDARD_INFO standard;
  FILE_BASIC_INFO basic;
  return Query(handle, FileStandardInfo, &standard) == 0 &&
         Query(handle, FileBasicInfo, &basic) == 0 &&
         (basic.FileAttributes & (FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_COMPRESSED)) == 0 &&
         standard.AllocationSize.QuadPart >= end;
}

// A lock that another process has on a part of the file is not waited for long.
[[nodiscard]] Result Flush(const void* address, std::size_t length) noexcept {
  constexpr int kAttempts = 5;
  Result result = ResultOf(::FlushViewOfFile(address, length));
  for (int i = 1; i < kAttempts && result == -ERROR_LOCK_VIOLATION; ++i) {
    ::Sleep(/*dwMilliseconds=*/1);
    result = ResultOf(::FlushViewOfFile(address, length));
  }
  return result;
}

// Where what was reserved by one call ends: its pages may be in several states.
[[nodiscard]] char* EndOfAllocation(char* allocation) noexcept {
  char* end = allocation;
  MEMORY_BASIC_INFORMATION found;
  while (::VirtualQuery(end, &found, sizeof(found)) != 0 && found.AllocationBase == allocation) {
    end += found.RegionSize;
  }
  return end;
}

}  // namespace

const DescriptorField kDescriptorField = {"handle", "J"};

Result PageSize() noexcept { return System().dwPageSize; }

Result Granularity() noexcept { return System().dwAllocationGranularity; }

Result Duplicate(Handle handle) noexcept {
  if (handle == kNoHandle) {
    return -ERROR_INVALID_HANDLE;  // it would stand for this process: see GetCurrentProcess
  }
  HANDLE copy = nullptr;
  return ::DuplicateHandle(::GetCurrentProcess(), ToHandle(handle), ::GetCurrentProcess(), &copy, 0,
                           /*bInheritHandle=*/FALSE, DUPLICATE_SAME_ACCESS) != 0
             ? reinterpret_cast<std::intptr_t>(copy)
             : LastError();
}

Result Release(Handle handle) noexcept { return ResultOf(::CloseHandle(ToHandle(handle))); }

Result Size(Handle handle) noexcept {
  FILE_STANDARD_INFO info;
  if (const Result result = Query(handle, FileStandardInfo, &info); result < 0) {
    return result;
  }
  if (info.Directory != 0) {
    return -ERROR_DIRECTORY;
  }
  return ::GetFileType(ToHandle(handle)) == FILE_TYPE_DISK ? info.EndOfFile.QuadPart
                                                           : -ERROR_NOT_SUPPORTED;
}

// A section beyond the end makes the file grow, all at once or not at all, and unlike
// FileEndOfFileInfo it never cuts off what another process has appended meanwhile. NTFS and FAT
// take the storage in the same step unless the file is sparse or compressed. FileAllocationInfo is
// not asked for it: below the end of the file that would cut it off as well. See CreateFileMapping.
Result Extend(Handle handle, std::int64_t offset, std::int64_t length, bool allocate) noexcept {
  const Result size = Size(handle);
  if (size < 0) {
    return size;
  }
  const std::int64_t end = offset + length;
  if (end > size) {
    void* const section = ::CreateFileMappingW(ToHandle(handle), nullptr, PAGE_READWRITE, High(end),
                                               Low(end), nullptr);
    if (section == nullptr) {
      return LastError();
    }
    ::CloseHandle(section);
  }
  return allocate && HasStorage(handle, end) ? kAllocated : kSized;
}

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

Result Unmap(void* address, std::size_t length) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0) {
    return LastError();
  }
  if (found.Type == MEM_MAPPED) {
    return ResultOf(::UnmapViewOfFile(address));
  }
  char* const end = static_cast<char*>(address) + WholePages(length);
  char* next = EndOfAllocation(static_cast<char*>(address));
  const Result result = ResultOf(::VirtualFree(address, 0, MEM_RELEASE));
  // Neighbours are allocations of their own. One that cannot be freed keeps its addresses:
  // reported, it would have the caller try again with all of them, when others may own the first.
  while (next < end) {
    char* const allocation = next;
    next = EndOfAllocation(allocation);
    static_cast<void>(::VirtualFree(allocation, 0, MEM_RELEASE));
  }
  return result;
}

// The addresses are only reserved. To commit memory would charge the whole length, and fail for a
// file larger than memory; instead the handler makes each page when it is touched. It is not asked
// for accesses of the kernel: a system call that is given an untouched page fails.
//
// ERROR_INVALID_ADDRESS: the file is let go, but another thread was given the addresses before they
// could be reserved. They must not be unmapped. This cannot happen to a view in a placeholder.
Result Entomb(void* address, std::size_t length) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0) {
    return LastError();
  }
  const std::size_t whole = WholePages(length);
  if (found.Type == MEM_PRIVATE) {
    return ResultOf(::VirtualFree(address, whole, MEM_DECOMMIT));
  }
  ::AcquireSRWLockExclusive(&gap_lock);
  gap_begin = reinterpret_cast<std::uintptr_t>(address);
  gap_end = gap_begin + whole;
  const Result result = ReplaceView(address, whole);
  gap_end = 0;
  ::ReleaseSRWLockExclusive(&gap_lock);
  return result;
}

Result Advise(void* address, std::size_t length, Advice advice) noexcept {
  if (advice != Advice::kWillNeed || kNewer.prefetch == nullptr) {
    return kIgnored;
  }
  WIN32_MEMORY_RANGE_ENTRY range = {address, length};
  return length == 0 ? kApplied
                     : ResultOf(kNewer.prefetch(::GetCurrentProcess(), 1, &range, /*Flags=*/0));
}

// FlushViewOfFile hands pages to the file system and FlushFileBuffers has the drive write them.
// Views and ReadFile see the same pages, so there is nothing to invalidate.
Result Sync(Handle handle, void* address, std::size_t length, std::int64_t /*offset*/,
            SyncMode mode, bool /*invalidate*/) noexcept {
  const Result result = Flush(address, length);
  return result == 0 && mode == SyncMode::kDurable ? ResultOf(::FlushFileBuffers(ToHandle(handle)))
                                                   : result;
}

// In the working set of this process, that is: a page of the file cache that it has not touched
// lately is not. See QueryWorkingSetEx.
Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept {
  constexpr std::size_t kBits = 64;
  constexpr std::size_t kBatch = 4 * kBits;  // pages per call: an array that fits the stack
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
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t& word = bits[(first + i) / kBits];
      const std::uint64_t bit = std::uint64_t{1} << ((first + i) % kBits);
      word = states[i].VirtualAttributes.Valid != 0 ? word | bit : word & ~bit;
    }
  }
  return 0;
}

Result ResidencyVisible(Handle /*handle*/) noexcept { return 1; }

const char* ErrorName(std::int32_t error) noexcept {
  switch (error) {
#define MMAPIO_NAME(name) \
  case name:              \
    return #name
    MMAPIO_NAME(ERROR_ACCESS_DENIED);
    MMAPIO_NAME(ERROR_COMMITMENT_LIMIT);
    MMAPIO_NAME(ERROR_CRC);
    MMAPIO_NAME(ERROR_DIRECTORY);
    MMAPIO_NAME(ERROR_DISK_FULL);
    MMAPIO_NAME(ERROR_FILE_INVALID);
    MMAPIO_NAME(ERROR_FILE_NOT_FOUND);
    MMAPIO_NAME(ERROR_FILE_TOO_LARGE);
    MMAPIO_NAME(ERROR_GEN_FAILURE);
    MMAPIO_NAME(ERROR_HANDLE_DISK_FULL);
    MMAPIO_NAME(ERROR_INVALID_ADDRESS);
    MMAPIO_NAME(ERROR_INVALID_FUNCTION);
    MMAPIO_NAME(ERROR_INVALID_HANDLE);
    MMAPIO_NAME(ERROR_INVALID_PARAMETER);
    MMAPIO_NAME(ERROR_IO_DEVICE);
    MMAPIO_NAME(ERROR_LOCK_VIOLATION);
    MMAPIO_NAME(ERROR_MAPPED_ALIGNMENT);
    MMAPIO_NAME(ERROR_NOACCESS);
    MMAPIO_NAME(ERROR_NOT_ENOUGH_MEMORY);
    MMAPIO_NAME(ERROR_NOT_ENOUGH_QUOTA);
    MMAPIO_NAME(ERROR_NOT_READY);
    MMAPIO_NAME(ERROR_NOT_SUPPORTED);
    MMAPIO_NAME(ERROR_NO_SYSTEM_RESOURCES);
    MMAPIO_NAME(ERROR_OUTOFMEMORY);
    MMAPIO_NAME(ERROR_PATH_NOT_FOUND);
    MMAPIO_NAME(ERROR_SHARING_VIOLATION);
    MMAPIO_NAME(ERROR_TOO_MANY_OPEN_FILES);
    MMAPIO_NAME(ERROR_USER_MAPPED_FILE);
    MMAPIO_NAME(ERROR_WORKING_SET_QUOTA);
    MMAPIO_NAME(ERROR_WRITE_PROTECT);
#undef MMAPIO_NAME
    default:
      return nullptr;
  }
}

}  // namespace mmapio
