// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: which pages are in memory. What differs between the two stands in the block
// below; nothing after it knows which one it is compiled for.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "posix.h"

#if !defined(__APPLE__)
#include <sys/syscall.h>
#include <sys/vfs.h>
#endif

namespace mmapio {
namespace {

#if defined(__APPLE__)

using PageState = char;  // an entry of mincore's vector
constexpr char kDescriptorPath[] = "/dev/fd/%d";

[[nodiscard]] Result CountPages(int /*fd*/, std::int64_t /*offset*/, std::int64_t /*length*/,
                                CacheCounts* /*counts*/) noexcept {
  return kUnsupported;
}

#else

using PageState = unsigned char;  // an entry of mincore's vector
constexpr char kDescriptorPath[] = "/proc/self/fd/%d";

// A file of overlayfs has no pages of its own: those of the file below it are in memory, and
// cachestat(2) counts none.
[[nodiscard]] bool HasPagesElsewhere(int fd) noexcept {
  constexpr std::int64_t kOverlayFs = 0x794c7630;
  struct statfs status;
  return ::fstatfs(fd, &status) == 0 && static_cast<std::int64_t>(status.f_type) == kOverlayFs;
}

// cachestat(2), since Linux 6.5.
[[nodiscard]] Result CountPages(int fd, std::int64_t offset, std::int64_t length,
                                CacheCounts* counts) noexcept {
  constexpr int kCacheStat = 451;
  struct {
    std::uint64_t offset, length;
  } range = {static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length)};
  if (::syscall(kCacheStat, fd, &range, counts, 0) == 0) {
    const bool none = counts->cached == 0 && counts->evicted == 0;
    return none && HasPagesElsewhere(fd) ? kUnsupported : 0;
  }
  return errno == ENOSYS || errno == EOPNOTSUPP ? kUnsupported : -errno;
}

#endif

constexpr std::size_t kBits = 64;

// The bytes of memory as a number, the first one the lowest.
[[nodiscard]] std::uint64_t FirstByteLowest(std::uint64_t bytes) noexcept {
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? bytes : __builtin_bswap64(bytes);
}

// Bit i of the result is bit 0 of state i: the others are the kernel's. See mincore(2). Eight at a
// time: the product has bit 0 of byte i as its bit 56 + i.
std::uint64_t FirstBits(const PageState* states) {
  std::uint64_t bits = 0;
  for (unsigned int i = 0; i < kBits; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, states + i, sizeof eight);
    eight = FirstByteLowest(eight);
    bits |= ((eight & 0x0101010101010101U) * 0x0102040810204080U >> 56U) << i;
  }
  return bits;
}

}  // namespace

Result CacheState(Handle handle, std::int64_t offset, std::int64_t length,
                  CacheCounts* counts) noexcept {
  return CountPages(Descriptor(handle), offset, length, counts);
}

Result Resident(void* address, std::size_t length, std::uint64_t* bits) noexcept {
  constexpr std::size_t kBatch = 512 * kBits;  // pages per call: a vector that fits the stack
  std::array<PageState, kBatch> states;
  const auto page_size = static_cast<std::size_t>(PageSize());
  const std::size_t pages = (length + page_size - 1) / page_size;
  for (std::size_t first = 0; first < pages; first += kBatch) {
    const std::size_t count = std::min(kBatch, pages - first);
    char* const start = static_cast<char*>(address) + first * page_size;
    if (::mincore(start, count * page_size, states.data()) != 0) {
      return -errno;
    }
    const std::size_t words = (count + kBits - 1) / kBits;
    std::fill(states.begin() + count, states.begin() + words * kBits, PageState{0});
    for (std::size_t word = 0; word < words; ++word) {
      bits[first / kBits + word] = FirstBits(states.data() + word * kBits);
    }
  }
  return 0;
}

namespace {

// Whether bit 0 of each state is set: eight at a time, and the rest alone.
[[nodiscard]] bool AllSet(const PageState* states, std::size_t count) noexcept {
  constexpr std::uint64_t kFirstBits = 0x0101010101010101U;
  std::uint64_t all = kFirstBits;
  std::size_t i = 0;
  for (; i + sizeof all <= count; i += sizeof all) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, states + i, sizeof eight);
    all &= eight;
  }
  unsigned int rest = 1;
  for (; i < count; ++i) {
    rest &= static_cast<unsigned int>(states[i]);
  }
  return (all & kFirstBits) == kFirstBits && (rest & 1U) != 0;
}

}  // namespace

// Few pages first, so that an absent one among them is found at little cost, and then more and
// more, so that calls are few where all are present.
Result AllResident(void* address, std::size_t length) noexcept {
  constexpr std::size_t kFirst = 512;
  constexpr std::size_t kBatch = 512 * kBits;  // pages per call: a vector that fits the stack
  constexpr std::size_t kGrowth = 4;
  std::array<PageState, kBatch> states;
  const auto page_size = static_cast<std::size_t>(PageSize());
  const std::size_t pages = (length + page_size - 1) / page_size;
  std::size_t batch = kFirst;
  for (std::size_t first = 0; first < pages;) {
    const std::size_t count = std::min(batch, pages - first);
    if (::mincore(static_cast<char*>(address) + first * page_size, count * page_size,
                  states.data()) != 0) {
      return -errno;
    }
    if (!AllSet(states.data(), count)) {
      return 0;
    }
    first += count;
    batch = std::min(kGrowth * batch, kBatch);
  }
  return 1;
}

namespace {

// The rule of Linux' mincore: the owner of the file, and whoever may write it, are told the truth;
// everybody else is told that every page is resident. macOS is treated alike, to be on the safe
// side.
bool VisibleIn(int fd, const struct stat& status) noexcept {
  if (status.st_uid == ::geteuid()) {
    return true;
  }
  std::array<char, sizeof(kDescriptorPath) + 16> path;
  static_cast<void>(std::snprintf(path.data(), path.size(), kDescriptorPath, fd));
  return ::faccessat(AT_FDCWD, path.data(), W_OK, AT_EACCESS) == 0;
}

}  // namespace

Result ResidencyVisible(Handle handle) noexcept {
  if (handle == kNoHandle) {
    return 1;
  }
  struct stat status;
  const Error error = Status(Descriptor(handle), &status);
  return error == 0 ? static_cast<Result>(VisibleIn(Descriptor(handle), status)) : -error;
}

Result SizeAndVisibility(Handle handle, bool* visible) noexcept {
  struct stat status;
  if (const Error error = Status(Descriptor(handle), &status); error != 0) {
    return -error;
  }
  *visible = VisibleIn(Descriptor(handle), status);
  return SizeIn(Descriptor(handle), status);
}

}  // namespace mmapio
