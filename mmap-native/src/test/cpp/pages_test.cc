// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: what can be done with mapped pages.

#include <array>
#include <cstdint>
#include <cstring>

#include "check.h"

namespace {

using mmapio::Access;
using mmapio::Advice;
using mmapio::Feature;
using mmapio::Result;
using mmapio::Seal;

bool Has(Feature feature) { return mmapio::Supports(feature) == 1; }

void PopulatingKeepsContents() {
  const TestFile file(4 * kUnit);
  for (const Access access : {Access::kReadWrite, Access::kCopyOnWrite}) {
    char* const address = MapWhole(file, access);
    address[7] = 'x';
    CHECK(mmapio::Populate(address, 4 * kUnit, /*write=*/false) == 0);
    CHECK(mmapio::Populate(address, 4 * kUnit, /*write=*/true) == 0);
    CHECK(address[7] == 'x');
    CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
  }
}

// The hint is taken or not; the contents stay, and a file that is not open is an error.
void PrefetchingKeepsContents() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[7] = 'x';
  const std::array<std::int64_t, 6> ranges = {0,
                                              static_cast<Result>(kPage),
                                              static_cast<Result>(kUnit),
                                              static_cast<Result>(kUnit),
                                              static_cast<Result>(100 * kUnit),
                                              static_cast<Result>(kPage)};
  const Result result = mmapio::Prefetch(file.handle(), ranges.data(), 3);
  CHECK(result == mmapio::kApplied || result == mmapio::kIgnored || result == mmapio::kUnsupported);
  CHECK(mmapio::Prefetch(file.handle(), ranges.data(), 0) == mmapio::kApplied ||
        result == mmapio::kUnsupported);
  CHECK(address[7] == 'x');
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

// In memory of no file, what was touched is there, and what was not is not, unless the OS makes
// many pages at once.
void OneAbsentPageIsFound() {
  constexpr std::size_t kPages = 3000;  // more than one batch
  const std::size_t length = kPages * kPage;
  for (const std::size_t absent : {std::size_t{0}, std::size_t{513}, kPages - 1}) {
    char* const address = ToPointer(mmapio::Map(mmapio::kNoHandle, 0, length, Access::kReadWrite));
    CHECK(mmapio::AllResident(address, 0) == 1);
    for (std::size_t page = 0; page < kPages; ++page) {
      if (page != absent) {
        address[page * kPage] = 'x';
      }
    }
    std::uint64_t bits = 0;
    CHECK(mmapio::Resident(address + absent * kPage, kPage, &bits) == 0);
    CHECK(mmapio::AllResident(address, length) == static_cast<Result>(bits & 1U));
    CHECK(mmapio::AllResident(address, absent * kPage) == 1);
    CHECK(mmapio::AllResident(address + (absent + 1) * kPage, length - (absent + 1) * kPage) == 1);
    CHECK(mmapio::Unmap(address, length) == 0);
  }
}

void LostPagesAreReported() {
  if (!Has(Feature::kShrink) || !Has(Feature::kCheckedAccess)) {
    std::printf("platform_test: no page of a mapped file can be lost here, or none be told\n");
    return;
  }
  const TestFile file(4 * kPage);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[kPage + 1] = 'x';
  CHECK(file.Truncate(2 * kPage));
  CHECK(mmapio::Populate(address, 2 * kPage, /*write=*/true) == 0);
  CHECK(mmapio::Populate(address, 4 * kPage, /*write=*/false) == mmapio::kLost);
  CHECK(mmapio::Populate(address + 3 * kPage, kPage, /*write=*/true) == mmapio::kLost);
  std::array<char, 300'000> copy;
  const auto before = static_cast<Result>(kPage - 1);
  CHECK(mmapio::CopyOut(copy.data(), address + kPage + 1, 2 * kPage) == before);
  CHECK(copy[0] == 'x');
  CHECK(mmapio::CopyIn(address + kPage + 1, copy.data(), 2 * kPage) == before);
  CHECK(mmapio::CopyOut(copy.data(), address + 2 * kPage, 1) == 0);
  CHECK(mmapio::Unmap(address, 4 * kPage) == 0);
}

void CheckedCopiesAreWhole() {
  if (!Has(Feature::kCheckedAccess)) {
    std::printf("platform_test: no checked access here\n");
    return;
  }
  const TestFile file(40 * kPage);
  char* const address = MapWhole(file, Access::kReadWrite);
  std::array<char, 70'001> from;
  std::array<char, 70'001> to;
  for (std::size_t i = 0; i < from.size(); ++i) {
    from[i] = static_cast<char>(i % 251);
  }
  const auto length = static_cast<Result>(from.size());
  CHECK(mmapio::CopyIn(address + 5, from.data(), from.size()) == length);
  CHECK(mmapio::CopyOut(to.data(), address + 5, to.size()) == length);
  CHECK(std::memcmp(from.data(), to.data(), from.size()) == 0);
  CHECK(mmapio::Unmap(address, 40 * kPage) == 0);
}

void LockingAndUnlocking() {
  const Result address = mmapio::Map(mmapio::kNoHandle, 0, 4 * kPage, Access::kReadWrite);
  char* const pages = ToPointer(address);
  CHECK(mmapio::Unlock(pages, 4 * kPage) == 0);
  CHECK(mmapio::Lock(pages, kPage) == 0);
  CHECK(mmapio::Lock(pages, kPage) == 0);
  CHECK(mmapio::Unlock(pages, 4 * kPage) == 0);
  CHECK(mmapio::LimitOf(mmapio::Limit::kLockedMemory) > 0);
  CHECK(mmapio::Unmap(pages, 4 * kPage) == 0);
}

void ProtectionComesAndGoes() {
  const TestFile file(2 * kUnit);
  for (const Access access : {Access::kReadWrite, Access::kCopyOnWrite}) {
    char* const address = MapWhole(file, access);
    address[3] = 'x';
    CHECK(mmapio::Protect(address, 2 * kUnit, Access::kReadOnly) == 0);
    CHECK(address[3] == 'x');
    CHECK(mmapio::Protect(address, 2 * kUnit, Access::kNone) == 0);
    CHECK(mmapio::Protect(address, 2 * kUnit, access) == 0);
    address[4] = 'y';
    CHECK(address[3] == 'x' && address[4] == 'y');
    CHECK(mmapio::Protect(address, 2 * kUnit, Access::kReadOnly) == 0);
    CHECK(mmapio::Entomb(address, 2 * kUnit) == 0);
    address[3] = 'z';
    CHECK(address[4] == 0);
    CHECK(mmapio::Unmap(address, 2 * kUnit) == 0);
  }
}

void DiscardedPagesAreAsBefore() {
  const Result address = mmapio::Map(mmapio::kNoHandle, 0, 3 * kPage, Access::kReadWrite);
  char* const pages = ToPointer(address);
  pages[0] = pages[kPage] = pages[2 * kPage] = 'x';
  CHECK(mmapio::Discard(mmapio::kNoHandle, pages + kPage, kPage, 0) == 0);
  CHECK(pages[0] == 'x' && pages[kPage] == 0 && pages[2 * kPage] == 'x');
  CHECK(mmapio::Unmap(pages, 3 * kPage) == 0);

  const TestFile file(2 * kUnit);
  file.SetByte(kUnit, 'f');
  char* const copy = MapWhole(file, Access::kCopyOnWrite);
  copy[kUnit] = 'x';
  const Result result =
      mmapio::Discard(file.handle(), copy + kUnit, kPage, static_cast<Result>(kUnit));
  CHECK(result == 0 || result == mmapio::kUnsupported);
  CHECK(copy[kUnit] == (result == 0 ? 'f' : 'x'));
  CHECK(mmapio::Unmap(copy, 2 * kUnit) == 0);
}

void EvictedPagesCanBeHadAgain() {
  const TestFile file(2 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[1] = 'x';
  CHECK(mmapio::Sync(file.handle(), address, 2 * kUnit, 0, mmapio::SyncMode::kBlocking, false) ==
        0);
  CHECK(mmapio::Evict(file.handle(), address, 2 * kUnit, 0) == 0);
  CHECK(address[1] == 'x');
  CHECK(mmapio::Unmap(address, 2 * kUnit) == 0);
}

void HolesReadAsZeros() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = address[2 * kUnit] = 'x';
  const Result result = mmapio::PunchHole(file.handle(), 0, static_cast<Result>(kUnit));
  CHECK(result == 0 || result == mmapio::kUnsupported);
  CHECK(result == 0 || !Has(Feature::kPunchHole));
  CHECK(address[0] == (result == 0 ? 0 : 'x') && address[2 * kUnit] == 'x');
  CHECK(mmapio::Size(file.handle()) == static_cast<Result>(4 * kUnit));
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

void SealedMemoryCannotBeCut() {
  const Result memory =
      mmapio::NewMemory(static_cast<Result>(2 * kUnit), Seal::kShrinkingAndGrowing);
  CHECK(Has(Feature::kSealedMemory) ? memory >= 0 : memory == mmapio::kUnsupported);
  if (memory < 0) {
    return;
  }
  CHECK(mmapio::Truncate(memory, 1) < 0);
  CHECK(mmapio::Truncate(memory, static_cast<Result>(3 * kUnit)) < 0);
  const Result address = mmapio::Map(memory, 0, 2 * kUnit, Access::kReadWrite);
  CHECK(address > 0);
  ToPointer(address)[5] = 'x';
  CHECK(mmapio::Unmap(ToPointer(address), 2 * kUnit) == 0);
  CHECK(mmapio::Release(memory) == 0);

  const Result growing = mmapio::NewMemory(1, Seal::kShrinking);
  CHECK(mmapio::Truncate(growing, static_cast<Result>(kUnit)) == 0);
  CHECK(mmapio::Truncate(growing, 1) < 0);
  CHECK(mmapio::Release(growing) == 0);
}

void FileOfNoMappingIsTruncated() {
  const TestFile file(2 * kUnit);
  CHECK(mmapio::Truncate(file.handle(), 7) == 0);
  CHECK(mmapio::Size(file.handle()) == 7);
}

void DirtyPagesAreCounted() {
  const TestFile file(4 * kPage);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = address[2 * kPage] = 'x';
  mmapio::CacheCounts counts{};
  const Result result =
      mmapio::CacheState(file.handle(), 0, static_cast<Result>(4 * kPage), &counts);
  CHECK(Has(Feature::kCacheState) ? result == 0 : result == mmapio::kUnsupported);
  CHECK(result != 0 || (counts.cached >= 2 && counts.dirty >= 2));
  CHECK(mmapio::Unmap(address, 4 * kPage) == 0);
}

void ManyRangesAreAdvisedAtOnce() {
  const TestFile file(100 * kPage);
  char* const address = MapWhole(file, Access::kReadWrite);
  std::array<std::int64_t, 200> ranges;
  for (std::size_t i = 0; i < 100; ++i) {
    ranges[2 * i] = ToAddress(address + i * kPage);
    ranges[2 * i + 1] = static_cast<std::int64_t>(kPage);
  }
  CHECK(mmapio::AdviseAll(ranges.data(), 100, Advice::kWillNeed) ==
        mmapio::Advise(nullptr, 0, Advice::kWillNeed));
  CHECK(mmapio::Unmap(address, 100 * kPage) == 0);
}

void HugePagesAreHadOrRefused() {
  constexpr std::size_t kHuge = std::size_t{2} << 20;
  const Result address = mmapio::MapHuge(kHuge, kHuge);
  if (address < 0) {
    CHECK(address == mmapio::kUnsupported ||
          mmapio::ErrorName(static_cast<std::int32_t>(-address)) != nullptr);
    return;
  }
  ToPointer(address)[kHuge - 1] = 'x';
  CHECK(mmapio::Unmap(ToPointer(address), kHuge) == 0);
}

}  // namespace

void TestPages() {
  PopulatingKeepsContents();
  LostPagesAreReported();
  PrefetchingKeepsContents();
  OneAbsentPageIsFound();
  CheckedCopiesAreWhole();
  LockingAndUnlocking();
  ProtectionComesAndGoes();
  DiscardedPagesAreAsBefore();
  EvictedPagesCanBeHadAgain();
  HolesReadAsZeros();
  SealedMemoryCannotBeCut();
  FileOfNoMappingIsTruncated();
  DirtyPagesAreCounted();
  ManyRangesAreAdvisedAtOnce();
  HugePagesAreHadOrRefused();
}
