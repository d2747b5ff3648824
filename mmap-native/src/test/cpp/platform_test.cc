// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h, for every OS that implements it. Files are made by the C library, so
// that nothing here depends on one.

#include "platform.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "check.h"
#include "test_file.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::Handle;
using mmapio::Result;
using mmapio::SyncMode;

void UnitsArePowersOfTwo() {
  CHECK(kPage >= 512 && (kPage & (kPage - 1)) == 0);
  CHECK(kUnit % kPage == 0);
}

void WritesOfOneMappingShowInAnother() {
  const TestFile file(3 * kUnit);
  char* const writer = MapWhole(file, Access::kReadWrite);
  char* const reader = MapWhole(file, Access::kReadOnly);
  writer[2 * kUnit + 1] = 'x';
  CHECK(reader[2 * kUnit + 1] == 'x');
  CHECK(mmapio::Sync(file.handle(), writer, 3 * kUnit, 0, SyncMode::kDurable, false) == 0);
  CHECK(file.ByteAt(2 * kUnit + 1) == 'x');
  CHECK(mmapio::Unmap(writer, 3 * kUnit) == 0);
  CHECK(mmapio::Unmap(reader, 3 * kUnit) == 0);
}

void CopyOnWriteKeepsChangesToItself() {
  const TestFile file(kUnit);
  char* const copy = MapWhole(file, Access::kCopyOnWrite);
  char* const other = MapWhole(file, Access::kReadOnly);
  copy[0] = 'x';
  CHECK(other[0] == 0);
  CHECK(file.ByteAt(0) == 0);
  CHECK(mmapio::Unmap(copy, kUnit) == 0);
  CHECK(mmapio::Unmap(other, kUnit) == 0);
}

// What is called empty is empty, but where the OS makes contents when they are read.
void SizeIsKnownOrSaidNotToBe() {
  const TestFile empty(std::size_t{0});
  CHECK(mmapio::Size(empty.handle()) == 0);
  const TestFile file(kUnit);
  CHECK(static_cast<std::size_t>(mmapio::Size(file.handle())) == kUnit);
#if defined(__linux__)
  const TestFile made("/proc/version");
  CHECK(mmapio::Size(made.handle()) == mmapio::kSizeUnknown);
  CHECK(mmapio::Extend(made.handle(), 0, 1, /*allocate=*/true) == mmapio::kSizeUnknown);
#endif
}

void MappingOutlivesTheHandle() {
  const TestFile file(kUnit);
  const Result handle = mmapio::Duplicate(file.handle());
  CHECK(handle >= 0);
  const Result address = mmapio::Map(handle, 0, kUnit, Access::kReadWrite);
  CHECK(address > 0);
  CHECK(mmapio::Release(handle) == 0);
  ToPointer(address)[5] = 'y';
  CHECK(mmapio::Unmap(ToPointer(address), kUnit) == 0);
  CHECK(file.ByteAt(5) == 'y');
}

void OpensByNameForReading() {
  const Result missing = mmapio::Open("/no/such/file", false);
  if (missing == mmapio::kUnsupported) {
    return;
  }
  CHECK(missing < 0);
  CHECK(mmapio::Open("/", true) < 0);
  const Result handle = mmapio::Open("/etc/passwd", false);
  CHECK(handle >= 0);
  CHECK(mmapio::Size(handle) > 0);
  CHECK(mmapio::Release(handle) == 0);
}

void SizeAndVisibilityAnswerAsEachDoes() {
  const TestFile file(kUnit);
  bool visible = false;
  CHECK(mmapio::SizeAndVisibility(file.handle(), &visible) == static_cast<Result>(kUnit));
  CHECK(visible == (mmapio::ResidencyVisible(file.handle()) == 1));
  CHECK(mmapio::SizeAndVisibility(mmapio::kNoHandle, &visible) < 0);
}

void OffsetAndUnevenLength() {
  const TestFile file(2 * kUnit + 10);
  file.SetByte(kUnit + 9, 'z');
  const Result address =
      mmapio::Map(file.handle(), static_cast<std::int64_t>(kUnit), 10, Access::kReadOnly);
  CHECK(address > 0);
  CHECK(ToPointer(address)[9] == 'z');
  CHECK(mmapio::Unmap(ToPointer(address), 10) == 0);
}

void TombstoneReadsZerosAndLetsTheFileGo() {
  const TestFile file(kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = 'x';
  CHECK(mmapio::Entomb(address, kUnit) == 0);
  CHECK(address[0] == 0);
  address[1] = 'y';
  CHECK(file.ByteAt(0) == 'x');
  CHECK(file.ByteAt(1) == 0);
  CHECK(file.Truncate(0));
  CHECK(address[kUnit - 1] == 0);
  CHECK(mmapio::Unmap(address, kUnit) == 0);
}

void NeighbouringTombstonesGoInOneCall() {
  // Two mappings side by side, wherever the OS puts them: found by trying.
  const TestFile file(kUnit);
  char* const first = MapWhole(file, Access::kReadWrite);
  char* const second = MapWhole(file, Access::kReadWrite);
  CHECK(mmapio::Entomb(first, kUnit) == 0);
  CHECK(mmapio::Entomb(second, kUnit) == 0);
  char* const low = first < second ? first : second;
  char* const high = first < second ? second : first;
  low[0] = high[0] = 'x';
  if (low + kUnit == high) {
    CHECK(mmapio::Unmap(low, 2 * kUnit) == 0);
  } else {
    std::printf("platform_test: the two mappings are no neighbours here\n");
    CHECK(mmapio::Unmap(low, kUnit) == 0);
    CHECK(mmapio::Unmap(high, kUnit) == 0);
  }
}

void ExtendingNeverShortens() {
  const TestFile file(3 * kUnit);
  CHECK(mmapio::Extend(file.handle(), 0, 10, true) >= 0);
  CHECK(mmapio::Extend(file.handle(), 0, 10, false) == mmapio::kSized);
  CHECK(mmapio::Size(file.handle()) == static_cast<Result>(3 * kUnit));
  CHECK(mmapio::Extend(file.handle(), 1, static_cast<Result>(4 * kUnit), true) >= 0);
  CHECK(mmapio::Size(file.handle()) == static_cast<Result>(4 * kUnit + 1));
}

void AnonymousMemoryIsZeroAndWritable() {
  const Result address = mmapio::Map(mmapio::kNoHandle, 0, kUnit, Access::kReadWrite);
  CHECK(address > 0);
  CHECK(ToPointer(address)[kUnit - 1] == 0);
  ToPointer(address)[0] = 'x';
  CHECK(mmapio::ResidencyVisible(mmapio::kNoHandle) == 1);
  CHECK(mmapio::Unmap(ToPointer(address), kUnit) == 0);
}

void TouchedPagesAreResidentAndOthersAreNot() {
  constexpr std::size_t kPages = 100;
  const Result address = mmapio::Map(mmapio::kNoHandle, 0, kPages * kPage, Access::kReadWrite);
  CHECK(address > 0);
  ToPointer(address)[70 * kPage] = 'x';
  std::array<std::uint64_t, 2> bits = {~std::uint64_t{0}, ~std::uint64_t{0}};
  CHECK(mmapio::Resident(ToPointer(address), kPages * kPage, bits.data()) == 0);
  CHECK((bits[1] >> (70 - 64) & 1) == 1);
  CHECK((bits[0] & 1) == 0);
  CHECK(mmapio::Unmap(ToPointer(address), kPages * kPage) == 0);
}

void EveryAdviceIsAnsweredAndKeepsContents() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = 'x';
  for (auto code = 0; code <= static_cast<int>(Advice::kUnmergeable); ++code) {
    const auto advice = static_cast<Advice>(code);
    const Result result = mmapio::Advise(address, 4 * kUnit, advice);
    CHECK(result == mmapio::kApplied || result == mmapio::kIgnored);
    // What the kernel has it may still not take for these pages.
    CHECK(mmapio::Advise(nullptr, 0, advice) <= result);
  }
  CHECK(address[0] == 'x');
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

void EverySyncModeWorksOnASubrange() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  const auto offset = static_cast<std::int64_t>(kUnit);
  for (const SyncMode mode : {SyncMode::kAsync, SyncMode::kBlocking, SyncMode::kDurable}) {
    for (const bool invalidate : {false, true}) {
      address[kUnit] = static_cast<char>(address[kUnit] + 1);
      CHECK(mmapio::Sync(file.handle(), address + kUnit, kUnit, offset, mode, invalidate) == 0);
    }
  }
  CHECK(file.ByteAt(kUnit) == 6);
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

void ErrorsComeBackNegativeAndHaveNames() {
  CHECK(mmapio::Duplicate(mmapio::kNoHandle) < 0);
  CHECK(mmapio::Size(mmapio::kNoHandle) < 0);
  const Result error = mmapio::Map(mmapio::kNoHandle, 0, SIZE_MAX / 8 * 7, Access::kReadWrite);
  CHECK(error < 0);
  CHECK(mmapio::ErrorName(static_cast<std::int32_t>(-error)) != nullptr);
  CHECK(mmapio::ErrorName(0) == nullptr);
}

}  // namespace

int main() {
  UnitsArePowersOfTwo();
  WritesOfOneMappingShowInAnother();
  CopyOnWriteKeepsChangesToItself();
  SizeIsKnownOrSaidNotToBe();
  MappingOutlivesTheHandle();
  OpensByNameForReading();
  SizeAndVisibilityAnswerAsEachDoes();
  OffsetAndUnevenLength();
  TombstoneReadsZerosAndLetsTheFileGo();
  NeighbouringTombstonesGoInOneCall();
  ExtendingNeverShortens();
  AnonymousMemoryIsZeroAndWritable();
  TouchedPagesAreResidentAndOthersAreNot();
  EveryAdviceIsAnsweredAndKeepsContents();
  EverySyncModeWorksOnASubrange();
  ErrorsComeBackNegativeAndHaveNames();
  TestGrowth();
  TestGuard();
  TestPages();
  TestWaits();
  TestBlocks();
  TestChanges();
  std::printf("platform_test: %d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
