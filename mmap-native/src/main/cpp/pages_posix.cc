// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: what can be done with mapped pages. What differs between the two stands in the
// block below; nothing after it knows which one it is compiled for.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "posix.h"

#if defined(__APPLE__)
#include <mach/mach.h>
#else
#include <sys/syscall.h>
#include <sys/uio.h>
#endif

namespace mmapio {
namespace {

constexpr int kNoAdvice = -1;

#if defined(__APPLE__)

[[nodiscard]] int NewerCode(Advice /*advice*/) noexcept { return kNoAdvice; }

// A read by the kernel, which reports what it cannot read. See vm_read_overwrite.
[[nodiscard]] Result CopyFromMapped(void* to, const void* mapped, std::size_t length) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  std::size_t copied = 0;
  while (copied < length) {
    const auto from = reinterpret_cast<vm_address_t>(mapped) + copied;
    const std::size_t rest = std::min(length - copied, page_size - from % page_size);
    vm_size_t read = 0;
    if (::vm_read_overwrite(::mach_task_self(), from, rest,
                            reinterpret_cast<vm_address_t>(to) + copied, &read) != KERN_SUCCESS) {
      break;
    }
    copied += rest;
  }
  return static_cast<Result>(copied);
}

[[nodiscard]] Result CopyToMapped(void* mapped, const void* from, std::size_t length) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  std::size_t copied = 0;
  while (copied < length) {
    const auto to = reinterpret_cast<vm_address_t>(mapped) + copied;
    const std::size_t rest = std::min(length - copied, page_size - to % page_size);
    if (::vm_write(::mach_task_self(), to, reinterpret_cast<vm_offset_t>(from) + copied,
                   static_cast<mach_msg_type_number_t>(rest)) != KERN_SUCCESS) {
      break;
    }
    copied += rest;
  }
  return static_cast<Result>(copied);
}

[[nodiscard]] Error PopulateByAdvice(void* /*address*/, std::size_t /*length*/,
                                     bool /*write*/) noexcept {
  return EINVAL;
}

// No call of macOS makes a page writable without writing to it.
[[nodiscard]] bool TouchForWrite(void* /*address*/) noexcept { return false; }
constexpr bool kTouchesForWrite = false;

// There MADV_DONTNEED is a hint; what replaces the mapping is fresh.
[[nodiscard]] Error Renew(Handle handle, void* address, std::size_t length,
                          std::int64_t offset) noexcept {
  const int sharing = handle == kNoHandle ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_PRIVATE;
  const Result mapped = MapAt(address, length, PROT_READ | PROT_WRITE, sharing | MAP_FIXED,
                              Descriptor(handle), offset);
  return mapped < 0 ? static_cast<Error>(-mapped) : 0;
}

// Clean pages that are invalidated leave the file cache too. See msync(2).
[[nodiscard]] Error DropPages(int /*fd*/, void* address, std::size_t length,
                              std::int64_t /*offset*/) noexcept {
  const Error error = ErrorOf(::msync(address, length, MS_SYNC));
  return error != 0 ? error : ErrorOf(::msync(address, length, MS_INVALIDATE));
}

// radvisory counts in int, which is enough for pieces of a range. See fcntl(2).
[[nodiscard]] Error StartReading(int fd, std::int64_t offset, std::int64_t length) noexcept {
  constexpr std::int64_t kLongest = 1 << 30;
  radvisory wanted = {offset, static_cast<int>(std::min(length, kLongest))};
  return ErrorOf(::fcntl(fd, F_RDADVISE, &wanted) == -1 ? -1 : 0);
}

[[nodiscard]] bool HasFeature(Feature feature) noexcept {
  return feature != Feature::kHugePages && feature != Feature::kCacheState &&
         feature != Feature::kSealedMemory && feature != Feature::kPopulateWrite;
}

#else

// The values of madvise(2): older headers lack some of them. A kernel that does says so.
[[nodiscard]] int NewerCode(Advice advice) noexcept {
  switch (advice) {
    case Advice::kCold:
      return 20;
    case Advice::kPageOut:
      return 21;
    case Advice::kHugePage:
      return 14;
    case Advice::kNoHugePage:
      return 15;
    case Advice::kCollapse:
      return 25;
    case Advice::kDontDump:
      return 16;
    case Advice::kDoDump:
      return 17;
    case Advice::kDontFork:
      return 10;
    case Advice::kDoFork:
      return 11;
    case Advice::kMergeable:
      return 12;
    case Advice::kUnmergeable:
      return 13;
    default:
      return kNoAdvice;
  }
}

// By number, as some libraries of C lack the function. A page that is lost ends the copy before it.
[[nodiscard]] Result Transfer(int call, void* good, const void* mapped,
                              std::size_t length) noexcept {
  const iovec local = {good, length};
  const iovec remote = {const_cast<void*>(mapped), length};
  const auto copied = ::syscall(call, ::getpid(), &local, 1, &remote, 1, 0);
  if (copied >= 0) {
    return copied;
  }
  return errno == EFAULT ? 0 : errno == ENOSYS ? kUnsupported : -errno;
}

// One call stops early, also without a page that is lost: the next one tells which it was.
[[nodiscard]] Result TransferAll(int call, char* good, const char* mapped,
                                 std::size_t length) noexcept {
  std::size_t copied = 0;
  while (copied < length) {
    const Result step = Transfer(call, good + copied, mapped + copied, length - copied);
    if (step < 0) {
      return step;
    }
    if (step == 0) {
      break;
    }
    copied += static_cast<std::size_t>(step);
  }
  return static_cast<Result>(copied);
}

[[nodiscard]] Result CopyFromMapped(void* to, const void* mapped, std::size_t length) noexcept {
  return TransferAll(SYS_process_vm_readv, static_cast<char*>(to), static_cast<const char*>(mapped),
                     length);
}

[[nodiscard]] Result CopyToMapped(void* mapped, const void* from, std::size_t length) noexcept {
  return TransferAll(SYS_process_vm_writev, const_cast<char*>(static_cast<const char*>(from)),
                     static_cast<char*>(mapped), length);
}

// Since Linux 5.14; EINVAL before.
[[nodiscard]] Error PopulateByAdvice(void* address, std::size_t length, bool write) noexcept {
  constexpr int kPopulateRead = 22;
  constexpr int kPopulateWrite = 23;
  Error error;
  do {
    error = ErrorOf(::madvise(address, length, write ? kPopulateWrite : kPopulateRead));
  } while (error == EINTR);
  return error;
}

// A futex call that has the kernel OR nothing to a word of the page, atomically, so that no store
// of another thread is lost, and reports a fault as an error.
[[nodiscard]] bool TouchForWrite(void* address) noexcept {
  constexpr int kWakeOpPrivate = 5 | 128;
  constexpr unsigned kOrWithNothing = 2U << 28;
  static std::uint32_t nobody_waits;
  return ::syscall(SYS_futex, &nobody_waits, kWakeOpPrivate, 0, nullptr, address, kOrWithNothing) >=
         0;
}
constexpr bool kTouchesForWrite = true;

[[nodiscard]] Error Renew(Handle /*handle*/, void* address, std::size_t length,
                          std::int64_t /*offset*/) noexcept {
  return ErrorOf(::madvise(address, length, MADV_DONTNEED));
}

// The cache keeps what is dirty. Unlike msync, this neither commits a journal nor empties the
// drive's cache, and it writes what others have changed, too. See sync_file_range(2).
[[nodiscard]] Error WriteAndWait(int fd, void* address, std::size_t length,
                                 std::int64_t offset) noexcept {
  const Error error = ErrorOf(::sync_file_range(
      fd, offset, static_cast<off_t>(length),
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER));
  const bool unsupported = error == ENOTSUP || error == ENOSYS || error == ESPIPE;
  return unsupported ? ErrorOf(::msync(address, length, MS_SYNC)) : error;
}

// The cache keeps what some process has mapped. EINVAL: a page is locked, and none behind it was
// let go; those that are not locked are.
[[nodiscard]] Error LetGo(char* address, std::size_t length) noexcept {
  const Error error = ErrorOf(::madvise(address, length, MADV_DONTNEED));
  if (error != EINVAL) {
    return error;
  }
  const auto page_size = static_cast<std::size_t>(PageSize());
  for (std::size_t at = 0; at < length; at += page_size) {
    const Error of_page = ErrorOf(::madvise(address + at, page_size, MADV_DONTNEED));
    if (of_page != 0 && of_page != EINVAL) {
      return of_page;
    }
  }
  return 0;
}

[[nodiscard]] Error DropPages(int fd, void* address, std::size_t length,
                              std::int64_t offset) noexcept {
  Error error = WriteAndWait(fd, address, length, offset);
  if (error == 0) {
    error = LetGo(static_cast<char*>(address), length);
  }
  return error != 0 ? error
                    : ::posix_fadvise(fd, offset, static_cast<off_t>(length), POSIX_FADV_DONTNEED);
}

// Unlike madvise, this finds the file without the lock of the address space.
[[nodiscard]] Error StartReading(int fd, std::int64_t offset, std::int64_t length) noexcept {
  return ::posix_fadvise(fd, offset, static_cast<off_t>(length), POSIX_FADV_WILLNEED);
}

[[nodiscard]] bool HasFeature(Feature feature) noexcept {
  CacheCounts counts;
  char from = 1;
  char to = 0;
  switch (feature) {
    case Feature::kCacheState:
      return CacheState(kNoHandle, 0, 0, &counts) != kUnsupported;
    case Feature::kCheckedAccess:
      return CopyFromMapped(&to, &from, 1) == 1;
    case Feature::kHugePages:
      return ::access("/sys/kernel/mm/hugepages", F_OK) == 0;
    case Feature::kSealedMemory: {
      const Result memory = NewMemory(0, Seal::kShrinking);
      return memory >= 0 && Release(memory) == 0;
    }
    default:
      return true;
  }
}

#endif

[[nodiscard]] int MadviseCode(Advice advice) noexcept {
  switch (advice) {
    case Advice::kNormal:
      return MADV_NORMAL;
    case Advice::kRandom:
      return MADV_RANDOM;
    case Advice::kSequential:
      return MADV_SEQUENTIAL;
    case Advice::kWillNeed:
      return MADV_WILLNEED;
    case Advice::kDontNeed:
      return MADV_DONTNEED;
    default:
      return NewerCode(advice);
  }
}

// For systems without a call that does it: page by page, by calls that cannot fault.
[[nodiscard]] Result PopulateByTouching(char* address, std::size_t length, bool write) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  for (std::size_t at = 0; at < length; at += page_size) {
    char byte;
    const Result read = CopyFromMapped(&byte, address + at, 1);
    if (read < 0) {
      return read;
    }
    if (read == 0 || (write && kTouchesForWrite && !TouchForWrite(address + at))) {
      return kLost;
    }
  }
  return 0;
}

}  // namespace

// Arguments were validated, so EINVAL says that there is no such advice, or none for such pages.
// EAGAIN and EBUSY: not now, and a hint is not worth a second attempt.
Result Advise(void* address, std::size_t length, Advice advice) noexcept {
  const int code = MadviseCode(advice);
  const Error error = code == kNoAdvice ? EINVAL : ErrorOf(::madvise(address, length, code));
  return error == EINVAL || error == EAGAIN || error == EBUSY ? kIgnored : -error;
}

Result AdviseAll(const std::int64_t* ranges, std::size_t count, Advice advice) noexcept {
  Result outcome = kApplied;
  for (std::size_t i = 0; i < count; ++i) {
    const Result result =
        Advise(reinterpret_cast<void*>(static_cast<std::uintptr_t>(ranges[2 * i])),
               static_cast<std::size_t>(ranges[2 * i + 1]), advice);
    if (result < 0) {
      return result;
    }
    outcome = std::max(outcome, result);
  }
  return outcome;
}

// A hint: whatever is wrong with the file is found by whoever reads it.
Result Prefetch(Handle handle, const std::int64_t* ranges, std::size_t count) noexcept {
  Result outcome = kApplied;
  for (std::size_t i = 0; i < count; ++i) {
    const Error error = StartReading(Descriptor(handle), ranges[2 * i], ranges[2 * i + 1]);
    if (error == EBADF) {
      return -error;
    }
    outcome = error == 0 ? outcome : kIgnored;
  }
  return outcome;
}

Result Populate(void* address, std::size_t length, bool write) noexcept {
  const Error error = PopulateByAdvice(address, length, write);
  if (error == EINVAL) {
    return PopulateByTouching(static_cast<char*>(address), length, write);
  }
  return error == EFAULT ? kLost : -error;
}

Result Lock(void* address, std::size_t length) noexcept {
  return -ErrorOf(::mlock(address, length));
}

Result Unlock(void* address, std::size_t length) noexcept {
  return -ErrorOf(::munlock(address, length));
}

Result Discard(Handle handle, void* address, std::size_t length, std::int64_t offset) noexcept {
  return -Renew(handle, address, length, offset);
}

Result Evict(Handle handle, void* address, std::size_t length, std::int64_t offset) noexcept {
  return -DropPages(Descriptor(handle), address, length, offset);
}

Result CopyOut(void* to, const void* mapped, std::size_t length) noexcept {
  return CopyFromMapped(to, mapped, length);
}

Result CopyIn(void* mapped, const void* from, std::size_t length) noexcept {
  return CopyToMapped(mapped, from, length);
}

Result Supports(Feature feature) noexcept {
  switch (feature) {
    case Feature::kWait:
      return WaitsAtWordsOf(sizeof(std::uint32_t)) ? 1 : 0;
    case Feature::kChangeTracking:
      return TracksWrites() ? 1 : 0;
    case Feature::kWaitLong:
      return WaitsAtWordsOf(sizeof(std::uint64_t)) ? 1 : 0;
    case Feature::kRecency:
      return ShowsPresence() ? 1 : 0;
    default:
      return HasFeature(feature) ? 1 : 0;
  }
}

}  // namespace mmapio
