// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: what happens when a page of a guarded range cannot be had. What differs between
// the two stands in the block below.

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "guard_shared.h"
#include "guard_table.h"
#include "posix.h"

namespace mmapio {
namespace {

#if defined(__APPLE__)

// Which code stands for a page behind the end of the file was never seen there.
[[nodiscard]] bool IsLostPage(int code) noexcept { return code > 0; }
constexpr int kNoReserve = 0;

#else

// The others are misaligned accesses and broken memory.
[[nodiscard]] bool IsLostPage(int code) noexcept { return code == BUS_ADRERR; }
constexpr int kNoReserve = MAP_NORESERVE;

#endif

constexpr int kReadWrite = PROT_READ | PROT_WRITE;
constexpr int kZeros = MAP_PRIVATE | MAP_ANONYMOUS | kNoReserve;

// What this copy of the library has opened: written under GuardShared::installing, before its first
// range is in the table.
std::atomic<GuardShared*> found = nullptr;
int wake_reader = -1;
int wake_writer = -1;
Handle empty_file = kNoHandle;

[[nodiscard]] GuardShared& Shared() noexcept { return *found.load(std::memory_order_acquire); }

[[nodiscard]] bool PutZeros(std::uintptr_t address, std::size_t length) noexcept {
  return MapAt(reinterpret_cast<void*>(address), length, kReadWrite, kZeros | MAP_FIXED, /*fd=*/-1,
               /*offset=*/0) >= 0;
}

// Held while pages are put in place. No signal comes meanwhile, or its handler might touch such a
// page and wait for its own thread. (sigprocmask is about the calling thread on both systems, and
// pthread_sigmask a newer symbol of glibc.)
class Rescuing {
 public:
  Rescuing() noexcept {
    sigset_t all;
    sigfillset(&all);  // a macro on macOS
    ::sigprocmask(SIG_SETMASK, &all, &signals_);
    while (Shared().rescuing.test_and_set(std::memory_order_acquire)) {
      ::sched_yield();
    }
  }
  ~Rescuing() {
    Shared().rescuing.clear(std::memory_order_release);
    ::sigprocmask(SIG_SETMASK, &signals_, nullptr);
  }
  Rescuing(const Rescuing&) = delete;
  Rescuing& operator=(const Rescuing&) = delete;

 private:
  sigset_t signals_;
};

constexpr std::size_t kBits = 64;

[[nodiscard]] std::size_t BytesOfBits(const GuardTable::Slot& slot) noexcept {
  const std::size_t pages = (slot.end - slot.begin) / Shared().page_size;
  return (pages + kBits - 1) / kBits * sizeof(std::uint64_t);
}

// Only the pages of it that are written cost memory.
[[nodiscard]] std::uint64_t* BitsOf(GuardTable::Slot* slot) noexcept {
  if (slot->rescued == nullptr) {
    const Result bits =
        MapAt(/*address=*/nullptr, BytesOfBits(*slot), kReadWrite, kZeros, /*fd=*/-1, /*offset=*/0);
    slot->rescued = bits < 0 ? nullptr : reinterpret_cast<std::uint64_t*>(bits);
  }
  return slot->rescued;
}

void ForgetBits(GuardTable::Slot* slot) noexcept {
  if (slot->rescued != nullptr) {
    static_cast<void>(::munmap(slot->rescued, BytesOfBits(*slot)) == 0);
    slot->rescued = nullptr;
  }
}

// Two threads may meet the same page. The second one must not put zeros over what the first one has
// written since: hence a bit for each page, and the lock. If there is no room for one more mapping
// there may be room for fewer: then all of the range becomes one.
[[nodiscard]] bool PutZerosOnce(GuardTable::Slot* slot, std::uintptr_t page) noexcept {
  const Rescuing rescuing;
  std::uint64_t* const bits = BitsOf(slot);
  const std::size_t number = (page - slot->begin) / Shared().page_size;
  const std::uint64_t bit = std::uint64_t{1} << (number % kBits);
  if (bits != nullptr && (bits[number / kBits] & bit) != 0) {
    return true;
  }
  if (PutZeros(page, Shared().page_size)) {
    if (bits != nullptr) {
      bits[number / kBits] |= bit;
    }
    return true;
  }
  if (!PutZeros(slot->begin, slot->end - slot->begin)) {
    return false;
  }
  for (std::size_t i = 0; bits != nullptr && i < BytesOfBits(*slot) / sizeof(*bits); ++i) {
    bits[i] = ~std::uint64_t{0};
  }
  return true;
}

// Only calls that a signal handler may make.
[[nodiscard]] bool Rescue(const siginfo_t& info) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(info.si_addr);
  const std::uintptr_t page = address & ~(Shared().page_size - 1);
  GuardTable::Slot* const slot = IsLostPage(info.si_code) ? Shared().table.Find(address) : nullptr;
  if (slot == nullptr || !PutZerosOnce(slot, page)) {
    return false;
  }
  slot->Hit(page);
  const char byte = 0;
  // To the copy that guards the range. A full pipe wakes whoever reads it too.
  static_cast<void>(::write(slot->wake, &byte, sizeof(byte)) == 0);
  return true;
}

// What would have happened without us. A fault that nobody handles comes again at once, and then
// ends the process as it would have.
void HandOn(int signal, siginfo_t* info, void* context) noexcept {
  const struct sigaction& previous = Shared().previous;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
    return;
  }
  const bool sent = info->si_code <= 0;  // by somebody, and no fault
  if (previous.sa_handler == SIG_DFL || (previous.sa_handler == SIG_IGN && !sent)) {
    ::sigaction(signal, &previous, nullptr);
    if (sent) {
      static_cast<void>(::raise(signal));
    }
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  }
}

void OnFault(int signal, siginfo_t* info, void* context) noexcept {
  const int error = errno;  // of the code that was interrupted
  if (!Rescue(*info)) {
    HandOn(signal, info, context);
  }
  errno = error;
}

[[nodiscard]] Error MakePipe() noexcept {
  int ends[2];
  if (::pipe(ends) != 0) {
    return errno;
  }
  for (const int end : ends) {
    static_cast<void>(::fcntl(end, F_SETFD, FD_CLOEXEC) == 0);
    static_cast<void>(::fcntl(end, F_SETFL, O_NONBLOCK) == 0);
  }
  wake_reader = ends[0];
  wake_writer = ends[1];
  return 0;
}

[[nodiscard]] Error InstallHandler() noexcept {
  Shared().page_size = static_cast<std::uintptr_t>(PageSize());
  if (::sigaction(SIGBUS, nullptr, &Shared().previous) != 0) {
    return errno;
  }
  struct sigaction ours = {};
  ours.sa_sigaction = OnFault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  ours.sa_mask = Shared().previous.sa_mask;  // its handler may rely on that
  return ErrorOf(::sigaction(SIGBUS, &ours, nullptr));
}

// Once, when it is first needed: a process that guards nothing has no handler of ours.
[[nodiscard]] Error Install() noexcept {
  if (found.load(std::memory_order_acquire) == nullptr) {
    found.store(FindGuardShared(), std::memory_order_release);
  }
  const SpinLock lock(&Shared().installing);
  if (const Error error = wake_reader < 0 ? MakePipe() : 0; error != 0) {
    return error;
  }
  if (empty_file == kNoHandle) {
    // Without such a file a use after closing is harmless all the same, but not seen.
    const Result empty = NewMemory(0, Seal::kShrinkingAndGrowing);
    empty_file = empty < 0 ? kNoHandle : empty;
  }
  const Error error = Shared().installed ? 0 : InstallHandler();
  Shared().installed = error == 0;
  return error;
}

}  // namespace

Result Guard(void* address, std::size_t length) noexcept {
  if (const Error error = Install(); error != 0) {
    return -error;
  }
  const Result number = Shared().table.Add(address, length, wake_writer);
  return number == GuardTable::kFull ? -ENOMEM : number;
}

// The tombstones of one file merge if the offset is the address.
Result EntombGuarded(Result guard, void* address, std::size_t length) noexcept {
  const Rescuing rescuing;
  GuardTable::Slot& slot = Shared().table.At(guard);
  slot.closed = true;
  const Result result = empty_file == kNoHandle ? Entomb(address, length)
                                                : MapAt(address, length, kReadWrite,
                                                        MAP_SHARED | MAP_FIXED | kNoReserve,
                                                        Descriptor(empty_file), AddressOf(address));
  slot.closed = result >= 0;
  if (result >= 0) {
    ForgetBits(&slot);
  }
  return result < 0 ? result : 0;
}

Result Unguard(Result guard) noexcept {
  ForgetBits(&Shared().table.At(guard));
  Shared().table.Remove(guard);
  return 0;
}

Result LostPage(Result guard, bool after_closing) noexcept {
  return Shared().table.FirstHit(guard, after_closing);
}

void* LossWord(Result guard) noexcept { return &Shared().table.At(guard).lost; }

Result AwaitLostPage(std::int32_t milliseconds) noexcept {
  pollfd reader = {wake_reader, POLLIN, 0};
  const int ready = ::poll(&reader, 1, milliseconds);
  if (ready <= 0) {
    return ready == 0 || errno == EINTR ? 0 : -errno;
  }
  char bytes[64];
  const ssize_t some = ::read(wake_reader, bytes, sizeof(bytes));
  return some > 0 ? 1 : 0;
}

// The handler and its table stay: see guard_shared.h.
void Unload() noexcept {
  for (int* const end : {&wake_reader, &wake_writer}) {
    if (*end >= 0) {
      static_cast<void>(::close(*end) == 0);
      *end = -1;
    }
  }
  if (empty_file != kNoHandle) {
    static_cast<void>(Release(empty_file));
    empty_file = kNoHandle;
  }
}

}  // namespace mmapio
