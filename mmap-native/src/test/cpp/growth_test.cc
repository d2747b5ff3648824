// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: reservations and what is mapped into them.

#include <atomic>
#include <cstdint>
#include <thread>

#include "check.h"

#if defined(_WIN32)
#include "windows_addresses.h"
#endif

namespace {

using mmapio::Access;
using mmapio::Result;

// As Java grows a region: what is mapped of the last unit is mapped again.
Result Grow(char* start, const TestFile& file, std::size_t from, std::size_t to) {
  const std::size_t first = from / kUnit * kUnit;
  return mmapio::MapInto(start + first, file.handle(), static_cast<std::int64_t>(first), to - first,
                         Access::kReadWrite);
}

void FileGrowsInPlace() {
  const std::size_t sizes[] = {100'000, 100'001, 3 * kUnit, 200'001 + kUnit, 10 * kUnit};
  // For the largest of them, whatever the unit is.
  const std::size_t capacity = (100'000 / kUnit + 16) * 3 * kUnit;
  const TestFile file(sizes[0]);
  char* const start = ToPointer(mmapio::Reserve(capacity));
  CHECK(reinterpret_cast<std::uintptr_t>(start) % kUnit == 0);
  std::size_t size = 0;
  for (const std::size_t larger : sizes) {
    if (larger <= size) {
      continue;
    }
    CHECK(mmapio::Extend(file.handle(), 0, static_cast<std::int64_t>(larger), false) >= 0);
    CHECK(Grow(start, file, size, larger) >= 0);
    start[larger - 1] = 'x';
    if (size > 0) {
      CHECK(start[size - 1] == 'x');
    }
    size = larger;
  }
  CHECK(file.ByteAt(sizes[0] - 1) == 'x');
  CHECK(mmapio::Entomb(start, size) == 0);
  CHECK(start[0] == 0 && start[size - 1] == 0);
  start[size - 1] = 'y';
  CHECK(file.ByteAt(size - 1) == 'x');
  CHECK(mmapio::Unmap(start, capacity) == 0);
}

void FailedGrowthLeavesWhatWasThere() {
  const TestFile file(kUnit + 10);
  char* const start = ToPointer(mmapio::Reserve(8 * kUnit));
  CHECK(Grow(start, file, 0, kUnit + 10) >= 0);
  start[kUnit + 5] = 'x';
  const Result result = mmapio::MapInto(start + kUnit, /*handle=*/-77, static_cast<Result>(kUnit),
                                        2 * kUnit, Access::kReadWrite);
  CHECK(result < 0);
  CHECK(start[kUnit + 5] == 'x');
#if defined(_WIN32)
  // Longer than the file, which is only noticed when what was there has been taken away; the second
  // time when a part of what is to come is there.
  CHECK(Grow(start, file, kUnit + 10, 3 * kUnit) < 0);
  CHECK(start[kUnit + 5] == 'x');
  CHECK(mmapio::Extend(file.handle(), 0, static_cast<Result>(3 * kUnit), false) >= 0);
  CHECK(Grow(start, file, kUnit + 10, 3 * kUnit + 10) < 0);
  CHECK(start[kUnit + 5] == 'x');
#endif
  CHECK(mmapio::Extend(file.handle(), 0, static_cast<Result>(4 * kUnit), false) >= 0);
  CHECK(Grow(start, file, kUnit + 10, 4 * kUnit) >= 0);
  CHECK(start[kUnit + 5] == 'x');
  start[4 * kUnit - 1] = 'y';
  CHECK(file.ByteAt(4 * kUnit - 1) == 'y');
  CHECK(mmapio::Unmap(start, 8 * kUnit) == 0);
}

void AnonymousMemoryGrowsInPlace() {
  char* const start = ToPointer(mmapio::Reserve(8 * kUnit));
  const auto grow = [&](std::size_t from, std::size_t bytes) {
    return mmapio::MapInto(start + from, mmapio::kNoHandle, 0, bytes, Access::kReadWrite);
  };
  CHECK(grow(0, kUnit) >= 0);
  start[0] = start[kUnit - 1] = 'x';
  CHECK(grow(kUnit, 2 * kUnit + 1) >= 0);
  CHECK(start[0] == 'x' && start[kUnit] == 0);
  start[3 * kUnit] = 'y';
  CHECK(mmapio::Entomb(start, 3 * kUnit + 1) == 0);
  CHECK(start[0] == 0 && start[3 * kUnit] == 0);
  CHECK(mmapio::Unmap(start, 8 * kUnit) == 0);
}

void MirrorShowsTheSamePagesTwice() {
  const TestFile file(3 * kUnit);
  const std::size_t length = 2 * kUnit;
  const auto offset = static_cast<std::int64_t>(kUnit);
  char* const start = ToPointer(mmapio::Reserve(2 * length));
  CHECK(mmapio::MapInto(start, file.handle(), offset, length, Access::kReadWrite) >= 0);
  CHECK(mmapio::MapInto(start + length, file.handle(), offset, length, Access::kReadWrite) >= 0);
  start[0] = 'x';
  start[2 * length - 1] = 'y';
  CHECK(start[length] == 'x' && start[length - 1] == 'y');
  CHECK(file.ByteAt(kUnit) == 'x');
  CHECK(mmapio::Entomb(start, 2 * length) == 0);
  CHECK(start[0] == 0 && start[length] == 0);
  CHECK(mmapio::Unmap(start, 2 * length) == 0);
}

// Two threads count in bytes of the first unit, which is mapped again and again.
void GrowthUnderFire() {
  constexpr std::size_t kSteps = 50;
  const std::size_t small = kPage + 16;
  const TestFile file(small);
  char* const start = ToPointer(mmapio::Reserve(kSteps * kUnit + 2 * kUnit));
  CHECK(Grow(start, file, 0, small) >= 0);
  std::atomic<bool> done = false;
  std::atomic<int> lost = 0;
  const auto count = [&](volatile std::uint32_t* counter) {
    std::uint32_t expected = 0;
    while (!done) {
      lost += *counter != expected ? 1 : 0;
      *counter = ++expected;
    }
  };
  auto* const numbers = reinterpret_cast<std::uint32_t*>(start);
  std::thread one(count, &numbers[1]);
  std::thread two(count, &numbers[kPage / sizeof(std::uint32_t)]);
  std::size_t size = small;
  for (std::size_t i = 1; i <= kSteps; ++i) {
    const std::size_t larger = i < kSteps / 2 ? small + i * 64 : small + i * kUnit;
    CHECK(mmapio::Extend(file.handle(), 0, static_cast<std::int64_t>(larger), false) >= 0);
    CHECK(Grow(start, file, size, larger) >= 0);
    size = larger;
  }
  done = true;
  one.join();
  two.join();
  CHECK(lost == 0);
  CHECK(mmapio::Unmap(start, kSteps * kUnit + 2 * kUnit) == 0);
}

#if defined(_WIN32)

// Windows before 10 1803, and wine 8, cannot: see Entomb there.
bool KeepsAddresses() { return mmapio::kNewer.placeholders; }

// From the highest addresses that are free: where views are that are in no placeholder.
char* TakeAddresses() {
  return static_cast<char*>(
      ::VirtualAlloc(nullptr, 4 * kUnit, MEM_RESERVE | MEM_COMMIT | MEM_TOP_DOWN, PAGE_READWRITE));
}

bool GiveBack(char* address) { return ::VirtualFree(address, 0, MEM_RELEASE) != 0; }

// What keeps the addresses, seen without waiting for a thread that comes at the wrong moment.
void MappingsAreInPlaceholders() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  CHECK(mmapio::kNewer.unmap(::GetCurrentProcess(), address, mmapio::kPreservePlaceholder) != 0);
  CHECK(GiveBack(address));
}

#else

bool KeepsAddresses() { return true; }

char* TakeAddresses() {
  return ToPointer(mmapio::Map(mmapio::kNoHandle, 0, 4 * kUnit, Access::kReadWrite));
}

bool GiveBack(char* address) { return mmapio::Unmap(address, 4 * kUnit) == 0; }

void MappingsAreInPlaceholders() {}

#endif

// While a tombstone takes the place of a mapping, another thread asks for memory all the time.
void NobodyElseGetsTheAddresses() {
  if (!KeepsAddresses()) {
    std::printf("platform_test: others may be given the addresses of a mapping that ends here\n");
    return;
  }
  MappingsAreInPlaceholders();
  constexpr int kRounds = 1000;
  const TestFile file(4 * kUnit);
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done) {
      char* const memory = TakeAddresses();
      memory[0] = 'x';
      CHECK(GiveBack(memory));
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    char* const address = MapWhole(file, Access::kReadWrite);
    CHECK(mmapio::Entomb(address, 4 * kUnit) == 0);
    CHECK(address[0] == 0 && address[4 * kUnit - 1] == 0);
    CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
  }
  done = true;
  other.join();
}

}  // namespace

void TestGrowth() {
  FileGrowsInPlace();
  FailedGrowthLeavesWhatWasThere();
  AnonymousMemoryGrowsInPlace();
  MirrorShowsTheSamePagesTwice();
  GrowthUnderFire();
  NobodyElseGetsTheAddresses();
}
