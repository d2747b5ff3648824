// SPDX-License-Identifier: Apache-2.0
//
// What the POSIX files share.

#ifndef MMAPIO_POSIX_H_
#define MMAPIO_POSIX_H_

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "platform.h"

namespace mmapio {

using Error = int;  // an errno value; 0 is success

static_assert(sizeof(off_t) == sizeof(std::int64_t), "needs -D_FILE_OFFSET_BITS=64");

[[nodiscard]] inline Error ErrorOf(int returned) noexcept { return returned == 0 ? 0 : errno; }

[[nodiscard]] inline int Descriptor(Handle handle) noexcept { return static_cast<int>(handle); }

// Not by way of a signed type: on a CPU of 32 bits, the upper half of the addresses is no error.
[[nodiscard]] inline Result AddressOf(const void* address) noexcept {
  return static_cast<Result>(reinterpret_cast<std::uintptr_t>(address));
}

[[nodiscard]] inline Result MapAt(void* address, std::size_t length, int protection, int flags,
                                  int fd, std::int64_t offset) noexcept {
  void* const mapped = ::mmap(address, length, protection, flags, fd, offset);
  return mapped == MAP_FAILED ? -errno : AddressOf(mapped);
}

// Whether this machine waits at words of so many bytes.
[[nodiscard]] bool WaitsAtWordsOf(std::size_t size) noexcept;

// Whether this machine tracks stores: see TrackWrites.
[[nodiscard]] bool TracksWrites() noexcept;

// Whether Present tells the truth here.
[[nodiscard]] bool ShowsPresence() noexcept;

[[nodiscard]] Error Status(int fd, struct stat* status) noexcept;

// What Size answers for a file with that status.
[[nodiscard]] Result SizeIn(int fd, const struct stat& status) noexcept;

}  // namespace mmapio

#endif  // MMAPIO_POSIX_H_
