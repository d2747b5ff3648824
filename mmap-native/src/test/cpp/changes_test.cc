// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: which pages were written.

#include <array>
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "check.h"

#if !defined(_WIN32)
#include <sys/mman.h>
#endif

namespace {

using mmapio::Access;
using mmapio::Feature;
using mmapio::PageRange;
using mmapio::Result;

constexpr std::size_t kPages = 64;
const std::size_t kLength = kPages * kPage;

// One character for each page: '#' if it is in one of the ranges.
struct Pages {
  std::array<char, kPages + 1> states{};
  bool operator==(const char* expected) const { return std::strcmp(states.data(), expected) == 0; }
};

// Asks with little room, so that it takes several calls, until the end of the range.
template <typename Ask>
Pages PagesOf(const char* address, Ask ask) {
  Pages pages;
  std::memset(pages.states.data(), '.', kPages);
  std::array<PageRange, 2> ranges;
  const auto begin = static_cast<std::uint64_t>(ToAddress(address));
  std::uint64_t at = begin;
  std::uint64_t end_of_last = begin;
  while (at < begin + kLength) {
    std::uint64_t scanned = 0;
    const Result count = ask(ToPointer(static_cast<Result>(at)),
                             static_cast<std::size_t>(begin + kLength - at), ranges, &scanned);
    CHECK(count >= 0 && count <= 2 && scanned > at);
    if (count < 0 || scanned <= at) {
      break;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      CHECK(ranges[i].address >= end_of_last && ranges[i].length % kPage == 0);
      end_of_last = ranges[i].address + ranges[i].length;
      std::memset(&pages.states[(ranges[i].address - begin) / kPage], '#',
                  ranges[i].length / kPage);
    }
    CHECK(end_of_last <= scanned);
    at = scanned;
  }
  return pages;
}

Pages WrittenPages(const char* address, bool reset) {
  return PagesOf(address, [=](char* at, std::size_t length, auto& ranges, std::uint64_t* scanned) {
    return mmapio::Written(at, length, reset, ranges.data(), ranges.size(), scanned);
  });
}

Pages PrivatePagesOf(const char* address) {
  return PagesOf(address, [](char* at, std::size_t length, auto& ranges, std::uint64_t* scanned) {
    return mmapio::PrivatePages(at, length, ranges.data(), ranges.size(), scanned);
  });
}

// What is expected: '#' for the pages that are named.
Pages Named(std::initializer_list<std::size_t> pages) {
  Pages named;
  std::memset(named.states.data(), '.', kPages);
  for (const std::size_t page : pages) {
    named.states[page] = '#';
  }
  return named;
}

void Store(char* address, std::size_t page) {
  ++*static_cast<volatile char*>(address + page * kPage + 7);
}

void Load(const char* address, std::size_t page) {
  static_cast<void>(*static_cast<const volatile char*>(address + page * kPage));
}

bool TellsPrivatePages() {
  PageRange range;
  std::uint64_t scanned;
  char here = 0;
  char* const page = &here - reinterpret_cast<std::uintptr_t>(&here) % kPage;
  return mmapio::PrivatePages(page, kPage, &range, 1, &scanned) != mmapio::kUnsupported;
}

void PagesThatWereChangedArePrivate(Access access) {
  const TestFile file(kLength);
  char* const address = access == Access::kCopyOnWrite
                            ? MapWhole(file, access)
                            : ToPointer(mmapio::Map(mmapio::kNoHandle, 0, kLength, access));
  CHECK(PrivatePagesOf(address) == Named({}).states.data());
  if (access == Access::kCopyOnWrite) {
    Load(address, 1);  // the zeros of no file may count as its own
  }
  for (const std::size_t page : {0U, 9U, 10U, 12U, 63U}) {
    Store(address, page);
  }
  CHECK(PrivatePagesOf(address) == Named({0, 9, 10, 12, 63}).states.data());
  CHECK(mmapio::Unmap(address, kLength) == 0);
}

// Loads of pages and what the kernel does with them are no stores.
void StoresAreTold(const TestFile& file, char* address) {
  const Result tracker = mmapio::TrackWrites(address, kLength);
  CHECK(tracker >= 0);
  CHECK(WrittenPages(address, false) == Named({}).states.data());
  Store(address, 3);
  Store(address, 4);
  Store(address, 40);
  Load(address, 20);
  CHECK(WrittenPages(address, false) == Named({3, 4, 40}).states.data());
  CHECK(WrittenPages(address, true) == Named({3, 4, 40}).states.data());
  CHECK(WrittenPages(address, true) == Named({}).states.data());
  Store(address, 40);
  CHECK(mmapio::Sync(file.handle(), address, kLength, 0, mmapio::SyncMode::kDurable, false) <= 0);
  CHECK(mmapio::Protect(address, kLength, Access::kReadOnly) == 0);
  CHECK(WrittenPages(address, true) == Named({40}).states.data());
  CHECK(mmapio::Protect(address, kLength, Access::kReadWrite) == 0);
  Store(address, 40);  // its page is clean: stored after it was written back
  char copied = 'c';
  CHECK(mmapio::CopyIn(address + 50 * kPage, &copied, 1) == 1);
  CHECK(WrittenPages(address, true) == Named({40, 50}).states.data());
  CHECK(mmapio::Untrack(tracker) == 0);
  Store(address, 5);
}

void SharedPagesAreTracked() {
  const TestFile file(kLength);
  char* const address = MapWhole(file, Access::kReadWrite);
  Load(address, 0);
  StoresAreTold(file, address);
  CHECK(mmapio::Unmap(address, kLength) == 0);
}

void PrivatePagesAreTracked(Access access) {
  const TestFile file(kLength);
  char* const address = access == Access::kCopyOnWrite
                            ? MapWhole(file, access)
                            : ToPointer(mmapio::Map(mmapio::kNoHandle, 0, kLength, access));
  Store(address, 0);
  StoresAreTold(file, address);
  CHECK(mmapio::Unmap(address, kLength) == 0);
}

// Whether the kernel took a whole page table away, or parts of it.
void DroppedPagesAreStillWritten() {
#if !defined(_WIN32)
  const std::size_t table = kPage / 8 * kPage;
  const TestFile file(3 * table);
  char* const address = MapWhole(file, Access::kReadWrite);
  const Result tracker = mmapio::TrackWrites(address, 3 * table);
  CHECK(tracker >= 0);
  for (std::size_t at = 0; at < 3 * table; at += kPage) {
    address[at] = 1;
  }
  CHECK(mmapio::Sync(file.handle(), address, 3 * table, 0, mmapio::SyncMode::kBlocking, false) ==
        0);
  CHECK(::madvise(address, 3 * table, MADV_DONTNEED) == 0);
  std::size_t written = 0;
  for (std::uint64_t at = 0; at < 3 * table;) {
    std::array<PageRange, 2> ranges;
    std::uint64_t scanned = 0;
    const Result count =
        mmapio::Written(address + at, 3 * table - at, true, ranges.data(), ranges.size(), &scanned);
    CHECK(count >= 0);
    for (Result i = 0; i < count; ++i) {
      written += ranges[static_cast<std::size_t>(i)].length;
    }
    at = scanned - static_cast<std::uint64_t>(ToAddress(address));
  }
  CHECK(written == 3 * table);
  CHECK(WrittenPages(address, true) == Named({}).states.data());
  CHECK(mmapio::Untrack(tracker) == 0);
  CHECK(mmapio::Unmap(address, 3 * table) == 0);
#endif
}

void MoreRangesAreTracked() {
  char* const address = ToPointer(mmapio::Map(mmapio::kNoHandle, 0, kLength, Access::kReadWrite));
  const Result tracker = mmapio::TrackWrites(address, kLength / 2);
  CHECK(tracker >= 0);
  Store(address, kPages / 2);
  CHECK(mmapio::TrackMore(tracker, address + kLength / 2, kLength / 2) == 0);
  CHECK(WrittenPages(address, false) == Named({}).states.data());
  Store(address, 1);
  Store(address, kPages - 1);
  CHECK(WrittenPages(address, false) == Named({1, kPages - 1}).states.data());
  CHECK(mmapio::TrackMore(tracker, address, kLength) == 0);
  CHECK(WrittenPages(address, false) == Named({}).states.data());
  CHECK(mmapio::Unmap(address, kLength) == 0);
  CHECK(mmapio::Untrack(tracker) == 0);
}

// What a thread stores after it saw a round is told after the reset of that round.
void NoStoreIsLostWhileResetting() {
  char* const address = ToPointer(mmapio::Map(mmapio::kNoHandle, 0, kLength, Access::kReadWrite));
  const Result tracker = mmapio::TrackWrites(address, kLength);
  CHECK(tracker >= 0);
  std::atomic<int> round{0};
  std::atomic<int> stored{0};
  constexpr int kRounds = 500;
  std::thread writer([&] {
    for (int seen = 0; seen < kRounds;) {
      const int now = round.load(std::memory_order_acquire);
      Store(address, static_cast<std::size_t>(now) % kPages);
      seen = now;
      stored.store(now, std::memory_order_release);
    }
  });
  int lost = 0;
  for (int i = 1; i <= kRounds; ++i) {
    static_cast<void>(WrittenPages(address, true));
    round.store(i, std::memory_order_release);
    while (stored.load(std::memory_order_acquire) < i) {
      std::this_thread::yield();
    }
    lost += WrittenPages(address, false).states[static_cast<std::size_t>(i) % kPages] != '#';
  }
  writer.join();
  CHECK(lost == 0);
  CHECK(mmapio::Unmap(address, kLength) == 0);
  CHECK(mmapio::Untrack(tracker) == 0);
}

}  // namespace

void TestChanges() {
  if (TellsPrivatePages()) {
    PagesThatWereChangedArePrivate(Access::kCopyOnWrite);
    PagesThatWereChangedArePrivate(Access::kReadWrite);
  } else {
    std::printf("platform_test: it is not told which pages are private here\n");
  }
  char* const page = ToPointer(mmapio::Map(mmapio::kNoHandle, 0, kPage, Access::kReadWrite));
  if (mmapio::Supports(Feature::kChangeTracking) != 1) {
    CHECK(mmapio::TrackWrites(page, kPage) == mmapio::kUnsupported);
    std::printf("platform_test: stores are not tracked here\n");
  } else {
    SharedPagesAreTracked();
    PrivatePagesAreTracked(Access::kCopyOnWrite);
    PrivatePagesAreTracked(Access::kReadWrite);
    DroppedPagesAreStillWritten();
    MoreRangesAreTracked();
    NoStoreIsLostWhileResetting();
  }
  CHECK(mmapio::Unmap(page, kPage) == 0);
}
