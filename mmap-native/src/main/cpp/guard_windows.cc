// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: guarded ranges. The handler of exceptions, which sees what becomes of them, is
// that of faults_windows.cc.

#include "guard_table.h"
#include "windows_internal.h"

namespace mmapio {
namespace {

// Made before there is a second thread: when the library is loaded. There while it is.
class Wake {
 public:
  Wake() noexcept
      : event_(::CreateEventW(/*lpEventAttributes=*/nullptr, /*bManualReset=*/FALSE,
                              /*bInitialState=*/FALSE, /*lpName=*/nullptr)) {}
  ~Wake() { ::CloseHandle(event_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  [[nodiscard]] HANDLE event() const noexcept { return event_; }

 private:
  void* const event_;
};

const Wake kWake;

}  // namespace

void WakeGuard() noexcept { ::SetEvent(kWake.event()); }

Result Guard(void* address, std::size_t length) noexcept {
  const Result number = guard_table.Add(address, WholePages(length), /*wake=*/0);
  return number == GuardTable::kFull ? -ERROR_NOT_ENOUGH_MEMORY : number;
}

// The pages of every tombstone are made when they are touched, so the handler sees who does.
Result EntombGuarded(Result guard, void* address, std::size_t length) noexcept {
  const Result result = Entomb(address, length);
  guard_table.At(guard).closed = result >= 0;
  return result;
}

Result Unguard(Result guard) noexcept {
  guard_table.Remove(guard);
  return 0;
}

Result LostPage(Result guard, bool after_closing) noexcept {
  return guard_table.FirstHit(guard, after_closing);
}

void* LossWord(Result guard) noexcept { return &guard_table.At(guard).lost; }

Result AwaitLostPage(std::int32_t milliseconds) noexcept {
  switch (::WaitForSingleObject(kWake.event(), static_cast<DWORD>(milliseconds))) {
    case WAIT_OBJECT_0:
      return 1;
    case WAIT_TIMEOUT:
      return 0;
    default:
      return LastError();
  }
}

// The handler of exceptions and the event go with the library.
void Unload() noexcept {}

}  // namespace mmapio
