// SPDX-License-Identifier: Apache-2.0
//
// What all copies of this library in one process share. A JVM loads a copy for each class loader
// that has the classes: an application server for each deployment. A signal has one handler in a
// process, so the copies use that of the first one, and one table of guarded ranges.
//
// The copy whose handler is installed stays loaded for ever: a signal may be on its way to the
// handler at any moment, and other handlers may have been chained to it. The others are unloaded
// with their class loaders. So a process keeps one copy at most, however often it redeploys.

#ifndef MMAPIO_GUARD_SHARED_H_
#define MMAPIO_GUARD_SHARED_H_

#include <signal.h>

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "guard_table.h"

namespace mmapio {

// The name of the variable has a number in it: to be raised whenever this or GuardTable changes, so
// that copies of two versions leave each other's alone. Zeros until it is used, so that it takes no
// memory in a process that guards nothing. Code that initialises it would run whenever a copy is
// loaded, and wipe out the table of the first one.
struct GuardShared {
  std::atomic_flag installing;
  bool installed;  // under the lock above
  // Written once, before the handler is there.
  struct sigaction previous;
  std::uintptr_t page_size;
  std::atomic_flag rescuing;
  GuardTable table;
};

static_assert(std::is_trivially_default_constructible_v<GuardShared>);

// Always answers the same for all copies, and keeps the copy that has it loaded.
[[nodiscard]] GuardShared* FindGuardShared() noexcept;

}  // namespace mmapio

#endif  // MMAPIO_GUARD_SHARED_H_
