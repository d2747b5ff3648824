// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: faults. The handler of access violations makes the pages of tombstones when they
// are touched, has readers wait while addresses have no memory for a moment, and serves guarded
// ranges whose file cannot be read.

#include <atomic>

#include "windows_addresses.h"

namespace mmapio {
namespace {

// The addresses that have no memory for a moment because a Gap holds the lock.
SRWLOCK gap_lock = SRWLOCK_INIT;
std::atomic<std::uintptr_t> gap_begin = 0;
std::atomic<std::uintptr_t> gap_end = 0;
std::atomic<std::uint32_t> gaps = 0;  // so far, with the one that begins

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

NoGap::NoGap() noexcept { ::AcquireSRWLockShared(&gap_lock); }

NoGap::~NoGap() { ::ReleaseSRWLockShared(&gap_lock); }

}  // namespace mmapio
