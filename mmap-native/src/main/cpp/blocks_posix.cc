// SPDX-License-Identifier: Apache-2.0
//
// POSIX: blocks of a file by reading and writing it. The kernel has one page cache, so mappings see
// what is written here and the other way round.

#include <fcntl.h>
#include <unistd.h>

#include "posix.h"

#ifdef __linux__
#include <sys/syscall.h>
#include <sys/vfs.h>
#endif

namespace mmapio {

namespace {

// Errors that say that this file or descriptor is not read or written like this; copying through
// the mapping works all the same, or tells what is wrong.
[[nodiscard]] bool MeansAnotherWay(Error error) noexcept {
  switch (error) {
    case EBADF:       // open for less; for copies: appends
    case EFBIG:       // past RLIMIT_FSIZE, which stores do not know
    case EINVAL:      // not for this kind of file
    case ENOSYS:      // not for this kernel
    case ENXIO:       // not for shared memory, on macOS
    case EOPNOTSUPP:  // not for this file system
#if ENOTSUP != EOPNOTSUPP
    case ENOTSUP:  // the same
#endif
    case EPERM:    // sealed after it was mapped
    case ESPIPE:   // no offsets
    case ETXTBSY:  // runs, or is swapped to
    case EXDEV:    // not between these file systems
      return true;
    default:
      return false;
  }
}

[[nodiscard]] Result BytesOr(std::int64_t moved) noexcept {
  return moved >= 0 ? moved : MeansAnotherWay(errno) ? kUnsupported : -errno;
}

#ifdef __linux__

// With O_APPEND the offset would count for nothing; with O_DIRECT the page cache is passed by.
constexpr int kOtherwise = O_APPEND | O_DIRECT;

// 9P asks its server for every read, whatever is mapped: the disks of Windows in WSL, for example.
[[nodiscard]] bool PassesCacheBy(int fd) noexcept {
  struct statfs system;
  constexpr std::int64_t k9P = 0x01021997;
  return ::fstatfs(fd, &system) != 0 || system.f_type == k9P;
}

// By number, as glibc 2.17 has no such function.
[[nodiscard]] std::int64_t CopyFileRange(int from, std::int64_t* at, int to, std::int64_t* to_at,
                                         std::size_t length) noexcept {
  return ::syscall(SYS_copy_file_range, from, at, to, to_at, length, 0);
}

#else

constexpr int kOtherwise = O_APPEND;

[[nodiscard]] bool PassesCacheBy(int /*fd*/) noexcept { return false; }

[[nodiscard]] std::int64_t CopyFileRange(int /*from*/, std::int64_t* /*at*/, int /*to*/,
                                         std::int64_t* /*to_at*/, std::size_t /*length*/) noexcept {
  errno = ENOSYS;
  return -1;
}

#endif

// Again after a signal, which came before anything was moved.
template <typename Call>
[[nodiscard]] Result Moved(Call call) noexcept {
  std::int64_t moved = call();
  while (moved < 0 && errno == EINTR) {
    moved = call();
  }
  return BytesOr(moved);
}

}  // namespace

Result MeetsPages(Handle handle) noexcept {
  const int flags = ::fcntl(Descriptor(handle), F_GETFL);
  return flags >= 0 && (flags & kOtherwise) == 0 && !PassesCacheBy(Descriptor(handle)) ? 1 : 0;
}

Result ReadAt(Handle handle, std::int64_t offset, void* to, std::size_t length) noexcept {
  return Moved([=] { return ::pread(Descriptor(handle), to, length, offset); });
}

Result WriteAt(Handle handle, std::int64_t offset, const void* from, std::size_t length) noexcept {
  return Moved([=] { return ::pwrite(Descriptor(handle), from, length, offset); });
}

Result CopyRange(Handle from, std::int64_t from_offset, Handle to, std::int64_t to_offset,
                 std::size_t length) noexcept {
  return Moved([&] {
    return CopyFileRange(Descriptor(from), &from_offset, Descriptor(to), &to_offset, length);
  });
}

}  // namespace mmapio
