// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: addresses and what is mapped there.
//
// No call replaces a mapping by another one in a single step, as mmap(MAP_FIXED) does. In the gap
// between the two it takes, a reader would fault: our handler of access violations lets it wait.
// And another thread could be given the addresses: a placeholder keeps them, from Windows 10 1803
// on. See VirtualAlloc2, MapViewOfFile3, UnmapViewOfFile2 and AddVectoredExceptionHandler.

#include <algorithm>
#include <atomic>

#include "windows_internal.h"

namespace mmapio {
namespace {

// Newer than the headers of some compilers.
constexpr DWORD kReservePlaceholder = 0x00040000;    // MEM_RESERVE_PLACEHOLDER
constexpr DWORD kReplacePlaceholder = 0x00004000;    // MEM_REPLACE_PLACEHOLDER
constexpr DWORD kPreservePlaceholder = 0x00000002;   // MEM_PRESERVE_PLACEHOLDER
constexpr DWORD kCoalescePlaceholders = 0x00000001;  // MEM_COALESCE_PLACEHOLDERS

// Memory that was reserved with this protection, for which nobody else has a use, is ours: pages of
// it that are not there are made when they are touched. VirtualQuery tells it from other memory
// (AllocationProtect), so no list of mappings is needed.
constexpr DWORD kOnDemand = PAGE_READONLY;

// The addresses that have no memory for a moment because a Gap holds the lock.
SRWLOCK gap_lock = SRWLOCK_INIT;
std::atomic<std::uintptr_t> gap_begin = 0;
std::atomic<std::uintptr_t> gap_end = 0;
std::atomic<std::uint32_t> gaps = 0;  // so far, with the one that begins

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

const Newer kNewer;

// Returns when a gap that was at the address has been filled. Takes the lock for no other address:
// who faults elsewhere may have stopped the thread that holds it, as profilers do.
void WaitForGap(std::uintptr_t address) noexcept {
  if (address >= gap_begin && address < gap_end) {
    ::AcquireSRWLockShared(&gap_lock);
    ::ReleaseSRWLockShared(&gap_lock);
  }
}

// Whether an access to mapped pages would not fault now: it met a gap that is no more.
[[nodiscard]] bool IsBack(const MEMORY_BASIC_INFORMATION& found, bool write) noexcept {
  const bool writable = found.Protect == PAGE_READWRITE || found.Protect == PAGE_WRITECOPY;
  return found.Type == MEM_MAPPED && found.State == MEM_COMMIT &&
         (writable || (found.Protect == PAGE_READONLY && !write));
}

// Makes the page of an address if it is one that is made on demand.
[[nodiscard]] bool MakePage(void* address, bool write) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0) {
    return false;
  }
  if (found.Type != MEM_PRIVATE || found.AllocationProtect != kOnDemand) {
    return IsBack(found, write);
  }
  if (found.State == MEM_COMMIT) {
    return found.Protect == PAGE_READWRITE;  // another thread was faster
  }
  return ::VirtualAlloc(address, /*dwSize=*/1, MEM_COMMIT, PAGE_READWRITE) != nullptr;
}

// A fault in one gap may come here in the middle of the next one, which then begins after we have
// waited and before we look.
[[nodiscard]] bool MakePageOrWait(void* page, bool write) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(page);
  std::uint32_t before;
  do {
    before = gaps;
    WaitForGap(address);
    if (MakePage(page, write)) {
      return true;
    }
  } while (before != gaps);
  return false;
}

[[nodiscard]] Result EntombRange(void* address, std::size_t length) noexcept;

// A page of a view could not be read from its file. A view cannot be replaced in part, so all of
// the guarded range becomes pages that are made on demand.
[[nodiscard]] bool LetGo(const GuardTable::Slot& slot, void* address, bool write) noexcept {
  auto* const begin = reinterpret_cast<void*>(slot.begin.load());
  const std::size_t length = slot.end - slot.begin;
  {
    const Gap gap(begin, length);
    MEMORY_BASIC_INFORMATION found;
    const bool mapped =
        ::VirtualQuery(address, &found, sizeof(found)) != 0 && found.Type == MEM_MAPPED;
    if (mapped && EntombRange(begin, length) < 0) {
      return false;
    }
  }
  return MakePageOrWait(address, write);
}

[[nodiscard]] bool Serve(const EXCEPTION_RECORD& record) noexcept {
  constexpr ULONG_PTR kWrite = 1;  // 0 is a read, 8 the execution of data
  const ULONG_PTR address = record.ExceptionInformation[1];
  auto* const page = reinterpret_cast<void*>(address);
  const bool write = record.ExceptionInformation[0] == kWrite;
  if (record.ExceptionInformation[0] > kWrite) {
    return false;
  }
  GuardTable::Slot* const slot = guard_table.Find(address);
  bool served;
  bool hit;
  if (record.ExceptionCode == EXCEPTION_IN_PAGE_ERROR) {
    hit = slot != nullptr;
    served = hit && LetGo(*slot, page, write);
  } else {
    served = MakePageOrWait(page, write);
    hit = slot != nullptr && slot->closed;
  }
  if (served && hit) {
    slot->Hit(address & ~(static_cast<std::uintptr_t>(PageSize()) - 1));
    WakeGuard();
  }
  return served;
}

// Handlers under way: the library must not be unloaded under them.
std::atomic<std::uint32_t> in_handler = 0;

// Comes before the JVM's handler, which would take the fault for a crash.
LONG CALLBACK OnException(EXCEPTION_POINTERS* exception) noexcept {
  const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
  if (record.ExceptionCode != EXCEPTION_ACCESS_VIOLATION &&
      record.ExceptionCode != EXCEPTION_IN_PAGE_ERROR) {
    return EXCEPTION_CONTINUE_SEARCH;
  }
  ++in_handler;
  const DWORD last_error = ::GetLastError();  // of the code that was interrupted
  const bool served = Serve(record);
  ::SetLastError(last_error);
  --in_handler;
  return served ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

// For as long as this library is loaded, which ends when no region and no view is left: what it
// then handles are faults of others, in code that the system calls without waiting for it.
class ExceptionHandler {
 public:
  ExceptionHandler() noexcept : handler_(::AddVectoredExceptionHandler(/*First=*/1, OnException)) {}
  ~ExceptionHandler() {
    ::RemoveVectoredExceptionHandler(handler_);
    while (in_handler != 0) {
      ::SwitchToThread();
    }
  }
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

// Where what was reserved by one call ends: its pages may be in several states.
[[nodiscard]] char* EndOfAllocation(char* allocation) noexcept {
  char* end = allocation;
  MEMORY_BASIC_INFORMATION found;
  while (::VirtualQuery(end, &found, sizeof(found)) != 0 && found.AllocationBase == allocation) {
    end += found.RegionSize;
  }
  return end;
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

// Views end where the unit of addresses ends, so that the last one can be mapped again, larger.
struct View {
  char* address;
  std::size_t length;
  std::int64_t offset;
};

[[nodiscard]] Result PutView(HANDLE section, const View& view,
                             const Protection& protection) noexcept {
  if (!kNewer.placeholders) {
    return ResultOf(::MapViewOfFileEx(section, protection.view, High(view.offset), Low(view.offset),
                                      view.length, view.address));
  }
  // Fails if the placeholder has that length already.
  ::VirtualFree(view.address, WholePages(view.length), MEM_RELEASE | kPreservePlaceholder);
  return ResultOf(kNewer.map(section, ::GetCurrentProcess(), view.address,
                             static_cast<ULONG64>(view.offset), view.length, kReplacePlaceholder,
                             protection.section, nullptr, 0));
}

// What is in the way of new views: an old one, of whole pages, and then a reservation.
struct Place {
  char* address;
  std::size_t view;  // bytes, or zero for no view
  char* rest;
  char* end;

  // Makes all of it one placeholder, or free addresses.
  void Clear() const noexcept {
    if (!kNewer.placeholders) {
      if (view > 0) {
        ::UnmapViewOfFile(address);
      }
      if (rest < end) {
        ::VirtualFree(rest, 0, MEM_RELEASE);
      }
      return;
    }
    if (view > 0) {
      kNewer.unmap(::GetCurrentProcess(), address, kPreservePlaceholder);
    }
    Join();
  }

  // Fails if there is one placeholder already.
  void Join() const noexcept {
    ::VirtualFree(address, static_cast<std::size_t>(end - address),
                  MEM_RELEASE | kCoalescePlaceholders);
  }

  // Keeps what no view has taken; a placeholder is kept without that.
  void Keep(std::size_t taken) const noexcept {
    char* const from = address + RoundUp(taken, static_cast<std::size_t>(Granularity()));
    if (!kNewer.placeholders && from < end) {
      ::VirtualAlloc(from, static_cast<std::size_t>(end - from), MEM_RESERVE, kOnDemand);
    }
  }
};

// Whether an allocation is one that this file makes. After a lost race another one may be there.
[[nodiscard]] bool IsOurs(const MEMORY_BASIC_INFORMATION& found) noexcept {
  return found.Type == MEM_MAPPED || found.AllocationProtect == kOnDemand ||
         (kNewer.placeholders && found.State == MEM_RESERVE);
}

// The end of the part of a reservation that begins there; the same address if there is none.
[[nodiscard]] char* EndOfReservation(char* begin) noexcept {
  MEMORY_BASIC_INFORMATION found;
  const bool reserved = ::VirtualQuery(begin, &found, sizeof(found)) != 0 &&
                        found.State == MEM_RESERVE && found.AllocationBase == begin &&
                        IsOurs(found);
  return reserved ? EndOfAllocation(begin) : begin;
}

// The reservation is asked for only if it is needed: what follows a view may be somebody else's.
[[nodiscard]] Place PlaceOf(char* address, std::size_t length) noexcept {
  const auto unit = static_cast<std::size_t>(Granularity());
  MEMORY_BASIC_INFORMATION found;
  const bool mapped =
      ::VirtualQuery(address, &found, sizeof(found)) != 0 && found.Type == MEM_MAPPED;
  const std::size_t view =
      mapped ? static_cast<std::size_t>(EndOfAllocation(address) - address) : 0;
  char* const rest = address + (kNewer.placeholders ? view : RoundUp(view, unit));
  const bool enough = mapped && address + WholePages(length) <= rest;
  return {address, view, rest, enough ? rest : EndOfReservation(rest)};
}

[[nodiscard]] Result PutViews(HANDLE section, const Place& place, std::int64_t offset,
                              std::size_t length, const Protection& protection) noexcept {
  const auto unit = static_cast<std::size_t>(Granularity());
  const std::size_t whole = length / unit * unit;
  if (whole == 0 || whole == length) {
    return PutView(section, {place.address, length, offset}, protection);
  }
  const Result first = PutView(section, {place.address, whole, offset}, protection);
  if (first < 0) {
    return first;
  }
  const Result second = PutView(
      section, {place.address + whole, length - whole, offset + static_cast<std::int64_t>(whole)},
      protection);
  if (second >= 0) {
    return second;
  }
  if (!kNewer.placeholders) {
    ::UnmapViewOfFile(place.address);
  } else {
    kNewer.unmap(::GetCurrentProcess(), place.address, kPreservePlaceholder);
  }
  return second;
}

[[nodiscard]] Result MapFileInto(char* address, Handle handle, std::int64_t offset,
                                 std::size_t length, const Protection& protection) noexcept {
  void* const section =
      ::CreateFileMappingW(ToHandle(handle), nullptr, protection.section, 0, 0, nullptr);
  if (section == nullptr) {
    return LastError();
  }
  const Place place = PlaceOf(address, length);
  Result result = -ERROR_INVALID_ADDRESS;
  if (address + WholePages(length) <= place.end) {
    const Gap gap(address, static_cast<std::size_t>(place.end - address));
    place.Clear();
    result = PutViews(section, place, offset, length, protection);
    if (result < 0 && kNewer.placeholders) {
      place.Join();
    }
    if (result < 0 && place.view > 0) {
      static_cast<void>(PutViews(section, place, offset, std::min(place.view, length), protection));
    }
    place.Keep(result < 0 ? place.view : length);
  }
  ::CloseHandle(section);  // the views keep it
  return result < 0 ? result : 0;
}

// Memory of no file is committed in an ordinary reservation, which does not care for units.
[[nodiscard]] Result CommitInto(char* address, std::size_t length, DWORD protection) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0) {
    return LastError();
  }
  if (kNewer.placeholders && found.AllocationProtect != kOnDemand) {
    auto* const base = static_cast<char*>(found.AllocationBase);
    if (kNewer.alloc(::GetCurrentProcess(), base,
                     static_cast<std::size_t>(EndOfAllocation(base) - base),
                     MEM_RESERVE | kReplacePlaceholder, kOnDemand, nullptr, 0) == nullptr) {
      return LastError();
    }
  }
  const Result committed = ResultOf(::VirtualAlloc(address, length, MEM_COMMIT, protection));
  return committed < 0 ? committed : 0;
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

}  // namespace

Gap::Gap(void* begin, std::size_t length) noexcept {
  ::AcquireSRWLockExclusive(&gap_lock);
  gap_begin = reinterpret_cast<std::uintptr_t>(begin);
  gap_end = gap_begin + length;
  ++gaps;
}

Gap::~Gap() {
  gap_end = 0;
  ::ReleaseSRWLockExclusive(&gap_lock);
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

// High if there are no placeholders, for the reason MapViewHigh has.
Result Reserve(std::size_t length) noexcept {
  return ResultOf(kNewer.placeholders
                      ? kNewer.Placeholder(length)
                      : ::VirtualAlloc(nullptr, length, MEM_RESERVE | MEM_TOP_DOWN, kOnDemand));
}

Result MapInto(void* address, Handle handle, std::int64_t offset, std::size_t length,
               Access access) noexcept {
  const Protection protection = ProtectionOf(access);
  auto* const place = static_cast<char*>(address);
  return handle == kNoHandle ? CommitInto(place, length, protection.memory)
                             : MapFileInto(place, handle, offset, length, protection);
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
