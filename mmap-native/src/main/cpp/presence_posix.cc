// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: which pages this process has in its page table. What differs between the two
// stands in the block below; nothing after it knows which one it is compiled for.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "posix.h"

namespace mmapio {
namespace {

#if defined(__APPLE__)

[[nodiscard]] Result ReadPresence(std::uintptr_t /*first_page*/, std::size_t /*pages*/,
                                  std::uint64_t* /*bits*/) noexcept {
  return kUnsupported;
}

#else

constexpr std::size_t kBits = 64;

// By the entries of /proc/self/pagemap, of which every process may see this bit of its own pages.
// See proc_pid_pagemap(5).
[[nodiscard]] Result ReadEntries(int fd, std::uintptr_t first_page, std::size_t pages,
                                 std::uint64_t* bits) noexcept {
  constexpr std::uint64_t kPresent = 63;
  std::array<std::uint64_t, 8 * kBits> entries;  // what is read at a time: it fits the stack
  for (std::size_t done = 0; done < pages; done += entries.size()) {
    const std::size_t count = std::min(entries.size(), pages - done);
    const std::size_t bytes = count * sizeof(entries[0]);
    const auto at = static_cast<std::int64_t>((first_page + done) * sizeof(entries[0]));
    const auto read = ::pread(fd, entries.data(), bytes, at);
    if (read != static_cast<ssize_t>(bytes)) {
      return read < 0 ? -errno : kUnsupported;
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t& word = bits[(done + i) / kBits];
      word = (i % kBits == 0 ? 0 : word) | (entries[i] >> kPresent) << (i % kBits);
    }
  }
  return 0;
}

// Without /proc, or where a sandbox hides the file, nothing is known.
[[nodiscard]] Result ReadPresence(std::uintptr_t first_page, std::size_t pages,
                                  std::uint64_t* bits) noexcept {
  const int fd = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return kUnsupported;
  }
  const Result result = ReadEntries(fd, first_page, pages, bits);
  ::close(fd);
  return result;
}

#endif

}  // namespace

Result Present(void* address, std::size_t length, std::uint64_t* bits) noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  return ReadPresence(reinterpret_cast<std::uintptr_t>(address) / page_size,
                      (length + page_size - 1) / page_size, bits);
}

bool ShowsPresence() noexcept {
  const char here = 1;
  const auto page_size = static_cast<std::size_t>(PageSize());
  std::uint64_t bits = 0;
  const Result result = ReadPresence(reinterpret_cast<std::uintptr_t>(&here) / page_size, 1, &bits);
  return result == 0 && bits == 1;
}

}  // namespace mmapio
