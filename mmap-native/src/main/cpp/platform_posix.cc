// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS. What differs between the two stands in the block below; nothing after it knows
// which one it is compiled for.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "platform.h"

#if !defined(__APPLE__)
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#endif

namespace mmapio {
namespace {

using Error = int;  // an errno value; 0 is success

[[nodiscard]] Error ErrorOf(int returned) noexcept { return returned == 0 ? 0 : errno; }

#if defined(__APPLE__)

using PageState = char;  // an entry of mincore's vector
constexpr int kNoReserve = 0;
constexpr char kDescriptorPath[] = "/dev/fd/%d";

[[nodiscard]] Error Status(int fd, struct stat* status) noexcept {
  return ErrorOf(::fstat(fd, status));
}

// macOS maps no disks.
[[nodiscard]] Result DeviceSize(int /*fd*/) noexcept { return -ENODEV; }

// F_PREALLOCATE works at the end of the file only: holes before it stay, and Extend asks afterwards
// whether enough blocks are there.
[[nodiscard]] Error Allocate(int fd, std::int64_t /*offset*/, std::int64_t end,
                             std::int64_t size) noexcept {
  if (end > size) {
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, end - size, 0};
    if (::fcntl(fd, F_PREALLOCATE, &store) != 0) {
      return errno;
    }
    if (::ftruncate(fd, end) != 0) {
      return errno;
    }
  }
  struct stat status;
  if (const Error error = Status(fd, &status); error != 0) {
    return error;
  }
  constexpr std::int64_t kStatBlock = 512;
  return status.st_blocks * kStatBlock >= end ? 0 : ENOTSUP;
}

// macOS has no call that starts write-back of a range and leaves; MS_ASYNC is what it offers.
[[nodiscard]] Error StartWriteback(int /*fd*/, std::int64_t /*offset*/,
                                   std::size_t /*length*/) noexcept {
  return ENOTSUP;
}

// msync and fsync hand data to the drive; only F_FULLFSYNC has the drive write it. See fcntl(2).
[[nodiscard]] Error ReachStableStorage(int fd) noexcept {
  return ErrorOf(::fcntl(fd, F_FULLFSYNC) == -1 ? -1 : 0);
}

#else

using PageState = unsigned char;  // an entry of mincore's vector
constexpr int kNoReserve = MAP_NORESERVE;
constexpr char kDescriptorPath[] = "/proc/self/fd/%d";

// By number: the function fstat is a symbol of glibc 2.33, and this library has to load on 2.17.
[[nodiscard]] Error Status(int fd, struct stat* status) noexcept {
  return ErrorOf(static_cast<int>(::syscall(SYS_fstat, fd, status)));
}

[[nodiscard]] Result DeviceSize(int fd) noexcept {
  std::uint64_t size = 0;
  return ::ioctl(fd, BLKGETSIZE64, &size) == 0 ? static_cast<Result>(size) : -errno;
}

[[nodiscard]] Error Fallocate(int fd, int mode, std::int64_t offset, std::int64_t length) noexcept {
  Error error;
  do {
    error = ErrorOf(::fallocate(fd, mode, offset, length));
  } while (error == EINTR);
  return error;
}

// Blocks first, size second, so that a full disk leaves the size as it was; and the size by
// fallocate, which never shrinks a file that another process has extended meanwhile.
[[nodiscard]] Error Allocate(int fd, std::int64_t offset, std::int64_t end,
                             std::int64_t size) noexcept {
  const Error error = Fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, end - offset);
  if (error == 0) {
    return end > size ? Fallocate(fd, 0, offset, end - offset) : 0;
  }
  // What was taken beyond the end before the disk was full is invisible and would stay taken.
  struct stat status;
  if (end > size && Status(fd, &status) == 0 && status.st_size == size) {
    static_cast<void>(::ftruncate(fd, size) == 0);
  }
  return error;
}

// MS_ASYNC starts no I/O on Linux, this does. See sync_file_range(2).
[[nodiscard]] Error StartWriteback(int fd, std::int64_t offset, std::size_t length) noexcept {
  return ErrorOf(::sync_file_range(fd, offset, static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE));
}

// msync(MS_SYNC) is a ranged fsync on Linux and includes the drive's cache.
[[nodiscard]] Error ReachStableStorage(int /*fd*/) noexcept { return 0; }

#endif

[[nodiscard]] int Descriptor(Handle handle) noexcept { return static_cast<int>(handle); }

[[nodiscard]] int Protection(Access access) noexcept {
  switch (access) {
    case Access::kNone:
      return PROT_NONE;
    case Access::kReadOnly:
      return PROT_READ;
    case Access::kReadWrite:
    case Access::kCopyOnWrite:
      break;
  }
  return PROT_READ | PROT_WRITE;
}

[[nodiscard]] int Sharing(Handle handle, Access access) noexcept {
  if (handle == kNoHandle) {
    return MAP_PRIVATE | MAP_ANONYMOUS;
  }
  // Without NORESERVE a private mapping of a file larger than memory would be refused, though only
  // the pages that are changed ever cost memory.
  return access == Access::kCopyOnWrite ? MAP_PRIVATE | kNoReserve : MAP_SHARED;
}

[[nodiscard]] int MadviseCode(Advice advice) noexcept {
  switch (advice) {
    case Advice::kNormal:
      break;
    case Advice::kRandom:
      return MADV_RANDOM;
    case Advice::kSequential:
      return MADV_SEQUENTIAL;
    case Advice::kWillNeed:
      return MADV_WILLNEED;
    case Advice::kDontNeed:
      return MADV_DONTNEED;
  }
  return MADV_NORMAL;
}

[[nodiscard]] Result MapAt(void* address, std::size_t length, int protection, int flags, int fd,
                           std::int64_t offset) noexcept {
  void* const mapped = ::mmap(address, length, protection, flags, fd, offset);
  return mapped == MAP_FAILED ? -errno : reinterpret_cast<std::intptr_t>(mapped);
}

}  // namespace

const DescriptorField kDescriptorField = {"fd", "I"};

Result PageSize() noexcept { return ::sysconf(_SC_PAGESIZE); }

Result Granularity() noexcept { return PageSize(); }

Result Duplicate(Handle handle) noexcept {
  const int copy = ::fcntl(Descriptor(handle), F_DUPFD_CLOEXEC, 0);
  return copy >= 0 ? copy : -errno;
}

Result Release(Handle handle) noexcept { return -ErrorOf(::close(Descriptor(handle))); }

Result Size(Handle handle) noexcept {
  struct stat status;
  if (const Error error = Status(Descriptor(handle), &status); error != 0) {
    return -error;
  }
  if (S_ISREG(status.st_mode)) {
    return status.st_size;
  }
  if (S_ISBLK(status.st_mode)) {
    return DeviceSize(Descriptor(handle));
  }
  return S_ISDIR(status.st_mode) ? -EISDIR : -ENODEV;
}

Result Extend(Handle handle, std::int64_t offset, std::int64_t length, bool allocate) noexcept {
  const Result size = Size(handle);
  if (size < 0) {
    return size;
  }
  const std::int64_t end = offset + length;
  const Error error = allocate ? Allocate(Descriptor(handle), offset, end, size) : ENOTSUP;
  if (error == 0) {
    return kAllocated;
  }
  // ENOSYS: the kernel has no such call, or a sandbox hides it.
  if (error != ENOTSUP && error != EOPNOTSUPP && error != ENOSYS) {
    return -error;
  }
  if (end > size && ::ftruncate(Descriptor(handle), end) != 0) {
    return -errno;
  }
  return kSized;
}

Result Map(Handle handle, std::int64_t offset, std::size_t length, Access access) noexcept {
  return MapAt(/*address=*/nullptr, length, Protection(access), Sharing(handle, access),
               Descriptor(handle), offset);
}

Result Unmap(void* address, std::size_t length) noexcept {
  return -ErrorOf(::munmap(address, length));
}

Result Entomb(void* address, std::size_t length) noexcept {
  const Result mapped =
      MapAt(address, length, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | kNoReserve, /*fd=*/-1, /*offset=*/0);
  return mapped < 0 ? mapped : 0;
}

Result Advise(void* address, std::size_t length, Advice advice) noexcept {
  return -ErrorOf(::madvise(address, length, MadviseCode(advice)));
}

Result Sync(Handle handle, void* address, std::size_t length, std::int64_t offset, SyncMode mode,
            bool invalidate) noexcept {
  const int invalidation = invalidate ? MS_INVALIDATE : 0;
  if (mode != SyncMode::kAsync) {
    const Error error = ErrorOf(::msync(address, length, MS_SYNC | invalidation));
    const bool finish = error == 0 && mode == SyncMode::kDurable;
    return -(finish ? ReachStableStorage(Descriptor(handle)) : error);
  }
  const Error error = StartWriteback(Descriptor(handle), offset, length);
  // ESPIPE: the file is of a kind that has no ranges to write back.
  const bool unsupported = error == ENOTSUP || error == ENOSYS || error == ESPIPE;
  if (error != 0 && !unsupported) {
    return -error;
  }
  return unsupported || invalidate ? -ErrorOf(::msync(address, length, MS_ASYNC | invalidation))
                                   : 0;
}

Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept {
  constexpr std::size_t kBits = 64;
  constexpr std::size_t kBatch = 64 * kBits;  // pages per call: a vector that fits the stack
  std::array<PageState, kBatch> states;
  const auto page_size = static_cast<std::size_t>(PageSize());
  const std::size_t pages = (length + page_size - 1) / page_size;
  for (std::size_t first = 0; first < pages; first += kBatch) {
    const std::size_t count = std::min(kBatch, pages - first);
    char* const start = static_cast<char*>(address) + first * page_size;
    if (::mincore(start, count * page_size, states.data()) != 0) {
      return -errno;
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t& word = bits[(first + i) / kBits];
      const std::uint64_t bit = std::uint64_t{1} << ((first + i) % kBits);
      // Bit 0 alone is defined; the others are the kernel's. See mincore(2).
      word = (states[i] & 1) != 0 ? word | bit : word & ~bit;
    }
  }
  return 0;
}

// The rule of Linux' mincore: the owner of the file, and whoever may write it, are told the truth;
// everybody else is told that every page is resident. macOS is treated alike, to be on the safe
// side.
Result ResidencyVisible(Handle handle) noexcept {
  if (handle == kNoHandle) {
    return 1;
  }
  struct stat status;
  if (const Error error = Status(Descriptor(handle), &status); error != 0) {
    return -error;
  }
  if (status.st_uid == ::geteuid()) {
    return 1;
  }
  std::array<char, sizeof(kDescriptorPath) + 16> path;
  static_cast<void>(std::snprintf(path.data(), path.size(), kDescriptorPath, Descriptor(handle)));
  return ::faccessat(AT_FDCWD, path.data(), W_OK, AT_EACCESS) == 0 ? 1 : 0;
}

const char* ErrorName(std::int32_t error) noexcept {
  switch (error) {
#define MMAPIO_NAME(name) \
  case name:              \
    return #name
    MMAPIO_NAME(EACCES);
    MMAPIO_NAME(EAGAIN);
    MMAPIO_NAME(EBADF);
    MMAPIO_NAME(EBUSY);
    MMAPIO_NAME(EDQUOT);
    MMAPIO_NAME(EEXIST);
    MMAPIO_NAME(EFAULT);
    MMAPIO_NAME(EFBIG);
    MMAPIO_NAME(EINTR);
    MMAPIO_NAME(EINVAL);
    MMAPIO_NAME(EIO);
    MMAPIO_NAME(EISDIR);
    MMAPIO_NAME(EMFILE);
    MMAPIO_NAME(ENFILE);
    MMAPIO_NAME(ENODEV);
    MMAPIO_NAME(ENOENT);
    MMAPIO_NAME(ENOMEM);
    MMAPIO_NAME(ENOSPC);
    MMAPIO_NAME(ENOSYS);
    MMAPIO_NAME(ENOTSUP);
    MMAPIO_NAME(ENXIO);
    MMAPIO_NAME(EOVERFLOW);
    MMAPIO_NAME(EPERM);
    MMAPIO_NAME(EROFS);
    MMAPIO_NAME(ESPIPE);
    MMAPIO_NAME(ESTALE);
    MMAPIO_NAME(ETXTBSY);
#undef MMAPIO_NAME
    default:
      return nullptr;
  }
}

}  // namespace mmapio
