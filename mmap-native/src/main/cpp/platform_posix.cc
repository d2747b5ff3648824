// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: files, what they hold and how it reaches the disk. What differs between the two
// stands in the block below; nothing after it knows which one it is compiled for.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "posix.h"

#if !defined(__APPLE__)
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#endif

namespace mmapio {
namespace {

#if defined(__APPLE__)

[[nodiscard]] Error StatusOf(int fd, struct stat* status) noexcept {
  return ErrorOf(::fstat(fd, status));
}

[[nodiscard]] Error StatusWithoutTimes(int fd, struct stat* status) noexcept {
  return StatusOf(fd, status);
}

// macOS maps no disks.
[[nodiscard]] Result DeviceSize(int /*fd*/) noexcept { return -ENODEV; }

// macOS has no file system that does.
[[nodiscard]] bool MakesContentsWhenRead(int /*fd*/) noexcept { return false; }

// What file systems answer that do not know a command of fcntl: no two of them agree, and the
// manual has none of it. EINVAL of one that does know it: not for this file, or not in such small
// units.
[[nodiscard]] bool IsUnknownCommand(Error error) noexcept {
  return error == ENOTSUP || error == EOPNOTSUPP || error == ENOTTY || error == EINVAL;
}

// Behind the end of the file, where F_PREALLOCATE works: all or nothing.
[[nodiscard]] Error AllocateAtEnd(int fd, std::int64_t length) noexcept {
  fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, length, 0};
  const Error error = ErrorOf(::fcntl(fd, F_PREALLOCATE, &store) == -1 ? -1 : 0);
  return IsUnknownCommand(error) ? ENOTSUP : error;
}

// Holes before the end stay. So the storage is there if all of the file has storage, and else, or
// if that cannot be asked, it is not said to be.
[[nodiscard]] Error Allocate(int fd, std::int64_t /*offset*/, std::int64_t end,
                             std::int64_t size) noexcept {
  if (end > size) {
    if (const Error error = AllocateAtEnd(fd, end - size); error != 0) {
      return error;
    }
    if (const Result result = Truncate(fd, end); result < 0) {
      return static_cast<Error>(-result);
    }
  }
  struct stat status;
  constexpr std::int64_t kStatBlock = 512;
  const bool dense = Status(fd, &status) == 0 && status.st_blocks * kStatBlock >= status.st_size;
  return dense ? 0 : ENOTSUP;
}

[[nodiscard]] Error FreeBlocks(int fd, std::int64_t offset, std::int64_t length) noexcept {
  fpunchhole_t hole = {0, 0, offset, length};
  const Error error = ErrorOf(::fcntl(fd, F_PUNCHHOLE, &hole) == -1 ? -1 : 0);
  return IsUnknownCommand(error) ? ENOTSUP : error;
}

// Shared memory objects of macOS can be neither sealed nor handed on by their descriptor's path.
[[nodiscard]] Result MemoryFile(std::int64_t /*length*/, Seal /*seal*/) noexcept {
  return kUnsupported;
}

// macOS has no call that starts write-back of a range and leaves; MS_ASYNC is what it offers.
[[nodiscard]] Error StartWriteback(int /*fd*/, std::int64_t /*offset*/,
                                   std::size_t /*length*/) noexcept {
  return ENOTSUP;
}

// msync and fsync hand data to the drive; only F_FULLFSYNC has the drive write it. See fcntl(2).
// File systems that have no drive, such as those of servers, do not know it: fsync is what they
// have.
[[nodiscard]] Error ReachStableStorage(int fd) noexcept {
  Error error;
  do {
    error = ErrorOf(::fcntl(fd, F_FULLFSYNC) == -1 ? -1 : 0);
    if (IsUnknownCommand(error)) {
      error = ErrorOf(::fsync(fd));
    }
  } while (error == EINTR);
  return error;
}

#else

// What statx(2) fills in, as far as it is used. Headers of glibc 2.17 do not have it.
struct Statx {
  std::uint32_t mask;
  std::uint32_t block_size;
  std::uint64_t attributes;
  std::uint32_t links;
  std::uint32_t user;
  std::uint32_t group;
  std::uint16_t mode;
  std::uint16_t spare;
  std::uint64_t number;
  std::uint64_t size;
  std::array<std::uint64_t, 26> rest;
};
static_assert(sizeof(Statx) == 256);

// By number: the function fstat is a symbol of glibc 2.33, and this library has to load on 2.17.
[[nodiscard]] Error StatusOf(int fd, struct stat* status) noexcept {
#if defined(SYS_fstat64)  // CPUs of 32 bits: the other one has a smaller struct
  constexpr int kCall = SYS_fstat64;
#else
  constexpr int kCall = SYS_fstat;
#endif
  return ErrorOf(static_cast<int>(::syscall(kCall, fd, status)));
}

// Type and size. Since Linux 6.13, the next write to a file whose times were asked for gets a time
// of its own, so that a sync after each write has the inode to write too. statx takes 0.2 us
// longer.
[[nodiscard]] Error StatusWithoutTimes(int fd, struct stat* status) noexcept {
#if defined(SYS_statx)
  constexpr unsigned kType = 0x1;
  constexpr unsigned kSize = 0x200;
  Statx told = {};
  const Error error =
      ErrorOf(static_cast<int>(::syscall(SYS_statx, fd, "", AT_EMPTY_PATH, kType | kSize, &told)));
  if (error != ENOSYS && error != EPERM) {  // an older kernel; a sandbox that is older than statx
    *status = {};
    status->st_mode = told.mode;
    status->st_size = static_cast<off_t>(told.size);
    return error;
  }
#endif
  return StatusOf(fd, status);
}

[[nodiscard]] Result DeviceSize(int fd) noexcept {
  std::uint64_t size = 0;
  return ::ioctl(fd, BLKGETSIZE64, &size) == 0 ? static_cast<Result>(size) : -errno;
}

// The file systems of the kernel's own whose files have contents and, for stat(2), no size.
[[nodiscard]] bool MakesContentsWhenRead(int fd) noexcept {
  struct statfs system;
  if (::fstatfs(fd, &system) != 0) {
    return false;  // then what stat(2) says has to do
  }
  switch (static_cast<std::uint32_t>(system.f_type)) {  // signed on some CPUs
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case SELINUX_MAGIC:
    case BINFMTFS_MAGIC:
      return true;
    default:
      return false;
  }
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

[[nodiscard]] Error FreeBlocks(int fd, std::int64_t offset, std::int64_t length) noexcept {
  return Fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

[[nodiscard]] int SealsOf(Seal seal) noexcept {
  // The values of fcntl(2) and memfd_create(2), which headers of glibc 2.17 do not have.
  constexpr int kSealSeal = 1;
  constexpr int kSealShrink = 2;
  constexpr int kSealGrow = 4;
  switch (seal) {
    case Seal::kNone:
      break;
    case Seal::kShrinking:
      return kSealSeal | kSealShrink;
    case Seal::kShrinkingAndGrowing:
      return kSealSeal | kSealShrink | kSealGrow;
  }
  return 0;
}

[[nodiscard]] Result MemoryFile(std::int64_t length, Seal seal) noexcept {
  constexpr unsigned kCloseOnExec = 1;
  constexpr unsigned kAllowSealing = 2;
  constexpr int kAddSeals = 1033;
  const auto fd =
      static_cast<int>(::syscall(SYS_memfd_create, "mmap-io", kCloseOnExec | kAllowSealing));
  if (fd < 0) {
    return errno == ENOSYS ? kUnsupported : -errno;
  }
  Error error = ErrorOf(::ftruncate(fd, length));
  if (error == 0 && seal != Seal::kNone) {
    error = ErrorOf(::fcntl(fd, kAddSeals, SealsOf(seal)));
  }
  if (error == 0) {
    return fd;
  }
  ::close(fd);
  return -error;
}

// MS_ASYNC starts no I/O on Linux, this does. See sync_file_range(2).
[[nodiscard]] Error StartWriteback(int fd, std::int64_t offset, std::size_t length) noexcept {
  return ErrorOf(::sync_file_range(fd, offset, static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE));
}

// msync(MS_SYNC) is a ranged fsync on Linux and includes the drive's cache.
[[nodiscard]] Error ReachStableStorage(int /*fd*/) noexcept { return 0; }

#endif

[[nodiscard]] int ResourceOf(Limit limit) noexcept {
  switch (limit) {
    case Limit::kLockedMemory:
      return RLIMIT_MEMLOCK;
    case Limit::kAddressSpace:
      return RLIMIT_AS;
    case Limit::kOpenFiles:
      return RLIMIT_NOFILE;
    case Limit::kFileSize:
      break;
  }
  return RLIMIT_FSIZE;
}

}  // namespace

Error Status(int fd, struct stat* status) noexcept { return StatusOf(fd, status); }

const DescriptorField kDescriptorField = {"fd", "I"};

Result PageSize() noexcept { return ::sysconf(_SC_PAGESIZE); }

Result Granularity() noexcept { return PageSize(); }

Result Open(const char* path, bool write) noexcept {
  int descriptor = -1;
  do {
    descriptor = ::open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor >= 0 ? descriptor : -errno;
}

Result Duplicate(Handle handle) noexcept {
  const int copy = ::fcntl(Descriptor(handle), F_DUPFD_CLOEXEC, 0);
  return copy >= 0 ? copy : -errno;
}

Result Release(Handle handle) noexcept { return -ErrorOf(::close(Descriptor(handle))); }

Result Size(Handle handle) noexcept {
  struct stat status;
  const Error error = StatusWithoutTimes(Descriptor(handle), &status);
  return error == 0 ? SizeIn(Descriptor(handle), status) : -error;
}

Result SizeIn(int fd, const struct stat& status) noexcept {
  if (S_ISREG(status.st_mode)) {
    const bool unknown = status.st_size == 0 && MakesContentsWhenRead(fd);
    return unknown ? kSizeUnknown : status.st_size;
  }
  if (S_ISBLK(status.st_mode)) {
    return DeviceSize(fd);
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
  const Result result = end > size ? Truncate(handle, end) : 0;
  return result < 0 ? result : kSized;
}

Result Truncate(Handle handle, std::int64_t size) noexcept {
  Error error;
  do {
    error = ErrorOf(::ftruncate(Descriptor(handle), size));
  } while (error == EINTR);
  return -error;
}

Result PunchHole(Handle handle, std::int64_t offset, std::int64_t length) noexcept {
  const Error error = FreeBlocks(Descriptor(handle), offset, length);
  const bool unsupported = error == ENOTSUP || error == EOPNOTSUPP || error == ENOSYS;
  return unsupported ? kUnsupported : -error;
}

Result NewMemory(std::int64_t length, Seal seal) noexcept { return MemoryFile(length, seal); }

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

Result LimitOf(Limit limit) noexcept {
  struct rlimit found;
  if (::getrlimit(static_cast<decltype(RLIMIT_AS)>(ResourceOf(limit)), &found) != 0) {
    return -errno;
  }
  return found.rlim_cur >= INT64_MAX ? INT64_MAX : static_cast<Result>(found.rlim_cur);
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
