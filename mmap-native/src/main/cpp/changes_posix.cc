// SPDX-License-Identifier: Apache-2.0
//
// Linux and macOS: which pages were written. macOS has no call that tells it; everything here is
// Linux', by its numbers, because most headers are older than these calls.

#include "posix.h"

#if !defined(__APPLE__)
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#endif

namespace mmapio {

#if defined(__APPLE__)

Result PrivatePages(void* /*address*/, std::size_t /*length*/, PageRange* /*ranges*/,
                    std::size_t /*room*/, std::uint64_t* /*scanned*/) noexcept {
  return kUnsupported;
}

Result TrackWrites(void* /*address*/, std::size_t /*length*/) noexcept { return kUnsupported; }

Result TrackMore(Result /*tracker*/, void* /*address*/, std::size_t /*length*/) noexcept {
  return kUnsupported;
}

Result Written(void* /*address*/, std::size_t /*length*/, bool /*reset*/, PageRange* /*ranges*/,
               std::size_t /*room*/, std::uint64_t* /*scanned*/) noexcept {
  return kUnsupported;
}

Result Untrack(Result /*tracker*/) noexcept { return kUnsupported; }

bool TracksWrites() noexcept { return false; }

#else

namespace {

[[nodiscard]] std::uint64_t NumberOf(const void* address) noexcept {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(address));
}

// What the kernel says of a page: the categories of PAGEMAP_SCAN.
constexpr std::uint64_t kWritten = 1U << 1U;
constexpr std::uint64_t kOfFile = 1U << 2U;
constexpr std::uint64_t kPresent = 1U << 3U;
constexpr std::uint64_t kSwapped = 1U << 4U;
constexpr std::uint64_t kZeroPage = 1U << 5U;

constexpr std::uint64_t kResets = 1U << 0U;  // protects again what it finds
constexpr std::uint64_t kChecks = 1U << 1U;  // fails where nothing is tracked

// What a scan looks for: pages of which all bits of mask are set, and one of any if that is not 0,
// after those of inverted were inverted.
struct Search {
  std::uint64_t flags, inverted, mask, any;
};

struct FoundRange {
  std::uint64_t start, end, categories;
};

// ioctl(2), by its number: libraries of C have different types for the number of the request.
[[nodiscard]] Result Request(int fd, std::uint32_t request, void* argument) noexcept {
  const auto result = ::syscall(SYS_ioctl, fd, static_cast<std::uintptr_t>(request), argument);
  return result >= 0 ? result : -errno;
}

// PAGEMAP_SCAN, since Linux 6.7: see pagemap.rst of the kernel. What is asked for by kWritten alone
// has to be answered by it alone: the kernel takes a short way then.
[[nodiscard]] Result Scan(int pagemap, std::uint64_t from, std::uint64_t end, const Search& search,
                          PageRange* ranges, std::size_t room, std::uint64_t* scanned) noexcept {
  constexpr std::uint32_t kPagemapScan = 0xc0606610;
  std::array<FoundRange, kMostRanges> found;
  struct {
    std::uint64_t size, flags, start, end, walk_end, found, room, most_pages;
    std::uint64_t inverted, mask, any, returned;
  } call = {sizeof(call),
            search.flags,
            from,
            end,
            0,
            NumberOf(found.data()),
            std::min(room, kMostRanges),
            0,
            search.inverted,
            search.mask,
            search.any,
            search.mask == kWritten ? kWritten : 0};
  const Result count = Request(pagemap, kPagemapScan, &call);
  for (Result i = 0; i < count; ++i) {
    const FoundRange& range = found[static_cast<std::size_t>(i)];
    ranges[i] = {range.start, range.end - range.start};
  }
  *scanned = count < 0 ? from : call.walk_end;
  return count;
}

// A page of this process: see pagemap(5) of the kernel's documents. A page of the file that is
// mapped privately is the file's until it is written.
[[nodiscard]] bool IsPrivate(std::uint64_t entry) noexcept {
  constexpr std::uint64_t kInMemoryOrSwap = std::uint64_t{3} << 62U;
  constexpr std::uint64_t kFileOrShared = std::uint64_t{1} << 61U;
  return (entry & kInMemoryOrSwap) != 0 && (entry & kFileOrShared) == 0;
}

// Adds a page to the last range or as a range of its own; false where there is no room.
[[nodiscard]] bool Add(const PageRange& page, PageRange* ranges, std::size_t room,
                       std::size_t* count) noexcept {
  if (*count > 0 && ranges[*count - 1].address + ranges[*count - 1].length == page.address) {
    ranges[*count - 1].length += page.length;
    return true;
  }
  if (*count == room) {
    return false;
  }
  ranges[(*count)++] = page;
  return true;
}

// For kernels without PAGEMAP_SCAN: one number of 8 bytes for each page.
[[nodiscard]] Result ReadEntries(int pagemap, std::uint64_t from, std::uint64_t end,
                                 PageRange* ranges, std::size_t room,
                                 std::uint64_t* scanned) noexcept {
  std::array<std::uint64_t, 512> entries;
  const auto page_size = static_cast<std::uint64_t>(PageSize());
  std::size_t count = 0;
  std::uint64_t at = from;
  while (at < end) {
    const std::uint64_t pages = std::min((end - at + page_size - 1) / page_size,
                                         static_cast<std::uint64_t>(entries.size()));
    const auto bytes =
        ::pread(pagemap, entries.data(), static_cast<std::size_t>(pages) * sizeof(std::uint64_t),
                static_cast<off_t>(at / page_size * sizeof(std::uint64_t)));
    if (bytes < static_cast<std::int64_t>(sizeof(std::uint64_t))) {
      return bytes < 0 ? -errno : kUnsupported;
    }
    const auto read = static_cast<std::size_t>(bytes) / sizeof(std::uint64_t);
    for (std::size_t i = 0; i < read; ++i, at += page_size) {
      if (IsPrivate(entries[i]) && !Add({at, page_size}, ranges, room, &count)) {
        *scanned = at;
        return static_cast<Result>(count);
      }
    }
  }
  *scanned = end;
  return static_cast<Result>(count);
}

// Errors that say that this kernel, machine or sandbox has no such thing.
[[nodiscard]] bool MeansUnsupported(Result error) noexcept {
  switch (-error) {
    case EACCES:  // of pagemap: the process must not be looked into
    case EINVAL:  // not these features, not this kind of mapping
    case ENOENT:  // there is no procfs
    case ENOSYS:
    case ENOTTY:  // not for PAGEMAP_SCAN
    case EPERM:   // a sandbox, or a file that is open for reading only
      return true;
    default:
      return false;
  }
}

[[nodiscard]] Result SupportedOr(Result result) noexcept {
  return result < 0 && MeansUnsupported(result) ? kUnsupported : result;
}

// Runs a call with what the kernel knows of the pages of this process.
template <typename Call>
[[nodiscard]] Result WithPagemap(Call call) noexcept {
  const int pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (pagemap < 0) {
    return SupportedOr(-errno);
  }
  const Result result = call(pagemap);
  ::close(pagemap);
  return SupportedOr(result);
}

// A tracker of nothing yet: a userfaultfd(2) that lets stores go on by itself (Linux 6.7) and never
// has a fault to serve.
[[nodiscard]] Result NewTracker() noexcept {
  constexpr std::uint32_t kApi = 0xc018aa3f;
  constexpr int kUserModeOnly = 1;
  constexpr std::uint64_t kSharedMemory = 1U << 12U;
  constexpr std::uint64_t kUnpopulated = 1U << 13U;
  constexpr std::uint64_t kAsync = 1U << 15U;
  const auto tracker =
      static_cast<int>(::syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly));
  if (tracker < 0) {
    return -errno;
  }
  struct {
    std::uint64_t version, features, calls;
  } api = {0xaa, kSharedMemory | kUnpopulated | kAsync, 0};
  const Result result = Request(tracker, kApi, &api);
  if (result < 0) {
    ::close(tracker);
  }
  return result < 0 ? result : tracker;
}

[[nodiscard]] Result Register(int tracker, std::uint64_t from, std::uint64_t length) noexcept {
  constexpr std::uint32_t kRegister = 0xc020aa00;
  constexpr std::uint64_t kWriteProtected = 1U << 1U;
  struct {
    std::uint64_t start, length, mode, calls;
  } range = {from, length, kWriteProtected, 0};
  return Request(tracker, kRegister, &range);
}

// Pages that were never touched have no entry that could be protected. The kernel makes an entry of
// 8 bytes for each: without it, a page that is only read would count as written.
[[nodiscard]] Result ProtectAll(int tracker, std::uint64_t from, std::uint64_t length) noexcept {
  constexpr std::uint32_t kWriteProtect = 0xc018aa06;
  struct {
    std::uint64_t start, length, mode;
  } range = {from, length, 1};
  Result result = Request(tracker, kWriteProtect, &range);
  while (result == -EAGAIN || result == -EINTR) {
    result = Request(tracker, kWriteProtect, &range);
  }
  return result;
}

constexpr Search kStored = {kChecks, 0, kWritten, 0};
constexpr Search kStoredReset = {kChecks | kResets, 0, kWritten, 0};
constexpr Search kWithoutEntry = {kChecks, kPresent | kSwapped, kPresent | kSwapped, 0};
constexpr Search kWithoutEntryReset = {kChecks | kResets, kPresent | kSwapped, kPresent | kSwapped,
                                       0};

// Bytes of pages whose entries are in one page table.
[[nodiscard]] std::uint64_t BytesOfTable() noexcept {
  const auto page_size = static_cast<std::uint64_t>(PageSize());
  return page_size / sizeof(std::uint64_t) * page_size;
}

// madvise(2) frees whole page tables since Linux 6.14, and with them what they know of stores. Asks
// whether this kernel calls pages without a table written: not all of them do.
[[nodiscard]] Result TellsOfFreedTables(int pagemap) noexcept {
  const std::uint64_t bytes = 2 * BytesOfTable();
  const Result tracker = NewTracker();
  const Result mapped = MapAt(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Result told = 0;
  if (tracker >= 0 && mapped > 0) {
    const auto from = static_cast<std::uint64_t>(mapped);
    const std::uint64_t table = (from + bytes / 2 - 1) / (bytes / 2) * (bytes / 2);
    PageRange range;
    std::uint64_t scanned;
    told = Register(Descriptor(tracker), from, bytes);
    told = told < 0 ? told : Scan(pagemap, table, table + bytes / 2, kStored, &range, 1, &scanned);
  }
  if (mapped > 0) {
    ::munmap(reinterpret_cast<void*>(static_cast<std::uintptr_t>(mapped)),
             static_cast<std::size_t>(bytes));
  }
  if (tracker >= 0) {
    ::close(Descriptor(tracker));
  }
  return told;
}

enum class Tells : std::int32_t { kUnknown, kNo, kYes };

[[nodiscard]] bool KernelTellsOfFreedTables(int pagemap) noexcept {
  static std::atomic<Tells> known{Tells::kUnknown};
  Tells tells = known.load(std::memory_order_relaxed);
  if (tells == Tells::kUnknown) {
    tells = TellsOfFreedTables(pagemap) == 1 ? Tells::kYes : Tells::kNo;
    known.store(tells, std::memory_order_relaxed);
  }
  return tells == Tells::kYes;
}

// On a kernel that says nothing of freed tables, pages without an entry are looked for first. Not
// too far ahead: this is done again after each answer that filled the array.
[[nodiscard]] Result ScanStored(int pagemap, std::uint64_t from, std::uint64_t end, bool reset,
                                PageRange* ranges, std::size_t room,
                                std::uint64_t* scanned) noexcept {
  std::uint64_t last = end;
  if (!KernelTellsOfFreedTables(pagemap)) {
    constexpr std::uint64_t kTablesAhead = 16;
    last = std::min(end, from + kTablesAhead * BytesOfTable());
    PageRange empty;
    const Result found = Scan(pagemap, from, last, kWithoutEntry, &empty, 1, scanned);
    if (found < 0) {
      return found;
    }
    if (found == 1 && empty.address == from) {
      const Search& search = reset ? kWithoutEntryReset : kWithoutEntry;
      return Scan(pagemap, from, from + empty.length, search, ranges, 1, scanned);
    }
    last = found == 1 ? empty.address : last;
  }
  return Scan(pagemap, from, last, reset ? kStoredReset : kStored, ranges, room, scanned);
}

}  // namespace

Result PrivatePages(void* address, std::size_t length, PageRange* ranges, std::size_t room,
                    std::uint64_t* scanned) noexcept {
  const std::uint64_t from = NumberOf(address);
  return WithPagemap([=](int pagemap) noexcept {
    constexpr Search kOwn = {0, kOfFile | kZeroPage, kOfFile | kZeroPage, kPresent | kSwapped};
    const Result count = Scan(pagemap, from, from + length, kOwn, ranges, room, scanned);
    return count == -ENOTTY || count == -EINVAL
               ? ReadEntries(pagemap, from, from + length, ranges, room, scanned)
               : count;
  });
}

Result TrackWrites(void* address, std::size_t length) noexcept {
  const Result tracker = NewTracker();
  if (tracker < 0) {
    return SupportedOr(tracker);
  }
  PageRange range;
  std::uint64_t scanned;
  Result result = TrackMore(tracker, address, length);
  // What nobody can ask for is not tracked.
  result = result < 0 ? result : Written(address, length, false, &range, 1, &scanned);
  if (result < 0) {
    ::close(Descriptor(tracker));
  }
  return result < 0 ? result : tracker;
}

Result TrackMore(Result tracker, void* address, std::size_t length) noexcept {
  const Result registered = Register(Descriptor(tracker), NumberOf(address), length);
  return SupportedOr(registered < 0 ? registered
                                    : ProtectAll(Descriptor(tracker), NumberOf(address), length));
}

Result Written(void* address, std::size_t length, bool reset, PageRange* ranges, std::size_t room,
               std::uint64_t* scanned) noexcept {
  const std::uint64_t from = NumberOf(address);
  return WithPagemap([=](int pagemap) noexcept {
    return ScanStored(pagemap, from, from + length, reset, ranges, room, scanned);
  });
}

Result Untrack(Result tracker) noexcept { return -ErrorOf(::close(Descriptor(tracker))); }

bool TracksWrites() noexcept {
  const auto page_size = static_cast<std::size_t>(PageSize());
  const Result page =
      MapAt(nullptr, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page < 0) {
    return false;
  }
  void* const address = reinterpret_cast<void*>(static_cast<std::uintptr_t>(page));
  const Result tracker = TrackWrites(address, page_size);
  ::munmap(address, page_size);
  return tracker >= 0 && Untrack(tracker) == 0;
}

#endif

}  // namespace mmapio
