// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: addresses, from mapping to unmapping. What differs between the two stands in the
// block below; nothing after it knows which one it is compiled for.

#include <sys/mman.h>

#include "posix.h"

namespace mmapio {
namespace {

#if defined(__APPLE__)

constexpr int kNoReserve = 0;

// Superpages exist on Intel alone, by another call.
[[nodiscard]] Result MapHugePages(std::size_t /*length*/, std::size_t /*page_size*/) noexcept {
  return kUnsupported;
}

#else

constexpr int kNoReserve = MAP_NORESERVE;

[[nodiscard]] Result MapHugePages(std::size_t length, std::size_t page_size) noexcept {
  constexpr int kHugeTlb = 0x40000;
  constexpr int kSizeShift = 26;
  const Result mapped =
      MapAt(/*address=*/nullptr, length, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | kHugeTlb | __builtin_ctzll(page_size) << kSizeShift,
            /*fd=*/-1, /*offset=*/0);
  return mapped == -EINVAL ? kUnsupported : mapped;  // the CPU has no pages of that size
}

#endif

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

}  // namespace

Result Map(Handle handle, std::int64_t offset, std::size_t length, Access access) noexcept {
  return MapAt(/*address=*/nullptr, length, Protection(access), Sharing(handle, access),
               Descriptor(handle), offset);
}

// Without access nothing is charged for it, whatever its length.
Result Reserve(std::size_t length) noexcept {
  return MapAt(/*address=*/nullptr, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | kNoReserve,
               /*fd=*/-1, /*offset=*/0);
}

Result MapInto(void* address, Handle handle, std::int64_t offset, std::size_t length,
               Access access) noexcept {
  return MapAt(address, length, Protection(access), Sharing(handle, access) | MAP_FIXED,
               Descriptor(handle), offset);
}

Result MapHuge(std::size_t length, std::size_t page_size) noexcept {
  return MapHugePages(length, page_size);
}

Result Protect(void* address, std::size_t length, Access access) noexcept {
  return -ErrorOf(::mprotect(address, length, Protection(access)));
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

}  // namespace mmapio
