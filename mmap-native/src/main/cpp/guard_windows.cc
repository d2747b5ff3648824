// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: guarded ranges. The handler of exceptions, which sees what becomes of them, is
// that of addresses_windows.cc.

#include "guard_table.h"
#include "windows_internal.h"

namespace mmapio {
namespace {

// Made before there is a second thread: when the library is loaded.
void* const kWake = ::CreateEventW(/*lpEventAttributes=*/nullptr, /*bManualReset=*/FALSE,
                                   /*bInitialState=*/FALSE, /*lpName=*/nullptr);

}  // namespace

void WakeGuard() noexcept { ::SetEvent(kWake); }

Result Guard(void* address, std::size_t length) noexcept {
  const Result number = guard_table.Add(address, WholePages(length));
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

Result AwaitLostPage() noexcept {
  return ::WaitForSingleObject(kWake, INFINITE) == WAIT_OBJECT_0 ? 0 : LastError();
}

}  // namespace mmapio
