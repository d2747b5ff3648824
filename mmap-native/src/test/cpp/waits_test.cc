// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: threads that wait for each other.

#include <atomic>
#include <cstdint>
#include <thread>

#include "check.h"

namespace {

using mmapio::Access;
using mmapio::Feature;
using mmapio::Result;

using Word = std::atomic<std::int32_t>;
using LongWord = std::atomic<std::int64_t>;

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kMinute = 60'000 * kMillisecond;
constexpr std::int32_t kRounds = 10'000;

template <typename OneWord = Word>
OneWord* WordAt(char* address) {
  return reinterpret_cast<OneWord*>(address);
}

template <typename OneWord>
Result AwaitWord(OneWord* word, std::int64_t expected, std::int64_t nanoseconds) {
  return mmapio::Await(word, sizeof(OneWord), expected, nanoseconds);
}

void WaitsEndByValueAndByTime() {
  Word word{-5};
  CHECK(AwaitWord(&word, -5, 0) == mmapio::kTimedOut);
  CHECK(AwaitWord(&word, -5, 2 * kMillisecond) == mmapio::kTimedOut);
  const Result other = AwaitWord(&word, 5, kMinute);
  CHECK(other == mmapio::kChanged || other == mmapio::kWoken);
  CHECK(mmapio::Wake(&word, /*all=*/false) == 0);
  CHECK(mmapio::Wake(&word, /*all=*/true) == 0);
}

void LongWordsAreWaitedAt() {
  std::atomic<std::int64_t> word{1LL << 40};
  const Result other = mmapio::Await(&word, sizeof(word), 0, kMinute);
  const Result upper = mmapio::Await(&word, sizeof(word), 1LL << 41, kMinute);
  const Result same = mmapio::Await(&word, sizeof(word), 1LL << 40, kMillisecond);
  CHECK(other == mmapio::kChanged || other == mmapio::kWoken);
  CHECK(upper == mmapio::kChanged || upper == mmapio::kWoken);
  CHECK(same == mmapio::kTimedOut);
}

// Each wake says no more than where the word begins: it has to meet those who wait at 8 bytes too.
void WakesMeetLongWords() {
  constexpr std::int64_t kSeconds = 10'000 * kMillisecond;  // what a wake that is lost takes
  constexpr std::int64_t kLongRounds = 2'000;
  alignas(64) std::atomic<std::int64_t> word{-1};
  alignas(64) std::atomic<std::int64_t> answer{-1};
  const auto await = [](std::atomic<std::int64_t>* at, std::int64_t value) {
    bool met = true;
    for (std::int64_t seen = at->load(); met && seen != value; seen = at->load()) {
      met = mmapio::Await(at, sizeof(*at), seen, kSeconds) != mmapio::kTimedOut;
    }
    return met || at->load() == value;
  };
  std::thread answering([&] {
    for (std::int64_t round = 0; round < kLongRounds; ++round) {
      if (!await(&word, round)) {
        break;
      }
      answer.store(round);
      CHECK(mmapio::Wake(&answer, /*all=*/false) == 0);
    }
  });
  bool met = true;
  for (std::int64_t round = 0; met && round < kLongRounds; ++round) {
    word.store(round);
    CHECK(mmapio::Wake(&word, /*all=*/true) == 0);
    met = await(&answer, round);
  }
  CHECK(met);
  answering.join();
}

// Of two mappings of one file, as two processes have: until the word has the value. A wake that is
// lost lasts a minute.
template <typename OneWord>
void AwaitValue(OneWord* word, std::int32_t value) {
  for (auto seen = word->load(std::memory_order_acquire); seen != value;
       seen = word->load(std::memory_order_acquire)) {
    const Result result = AwaitWord(word, seen, kMinute);
    CHECK(result == mmapio::kWoken || result == mmapio::kChanged);
  }
}

template <typename OneWord>
void NoWakeIsLost() {
  const TestFile file(kUnit);
  char* const one = MapWhole(file, Access::kReadWrite);
  char* const other = MapWhole(file, Access::kReadWrite);
  std::thread answering([other] {
    for (std::int32_t round = 1; round <= kRounds; ++round) {
      AwaitValue(WordAt<OneWord>(other), round);
      WordAt<OneWord>(other + 64)->store(round, std::memory_order_release);
      CHECK(mmapio::Wake(other + 64, /*all=*/false) == 0);
    }
  });
  for (std::int32_t round = 1; round <= kRounds; ++round) {
    WordAt<OneWord>(one)->store(round, std::memory_order_release);
    CHECK(mmapio::Wake(one, /*all=*/true) == 0);
    AwaitValue(WordAt<OneWord>(one + 64), round);
  }
  answering.join();
  CHECK(mmapio::Unmap(one, kUnit) == 0);
  CHECK(mmapio::Unmap(other, kUnit) == 0);
}

void LostWordsAreReported() {
  if (mmapio::Supports(Feature::kShrink) != 1) {
    std::printf("platform_test: no page of a mapped file can be lost here\n");
    return;
  }
  const TestFile file(2 * kPage);
  char* const address = MapWhole(file, Access::kReadWrite);
  CHECK(file.Truncate(kPage));
  CHECK(AwaitWord(WordAt(address + kPage), 0, kMinute) == mmapio::kLost);
  CHECK(AwaitWord(WordAt(address), 0, 0) == mmapio::kTimedOut);
  CHECK(mmapio::Unmap(address, 2 * kPage) == 0);
}

}  // namespace

void TestWaits() {
  if (mmapio::Supports(Feature::kWait) != 1) {
    Word word{0};
    CHECK(AwaitWord(&word, 1, kMinute) == mmapio::kUnsupported);
    CHECK(mmapio::Supports(Feature::kWaitLong) == 0);
    CHECK(mmapio::Wake(&word, /*all=*/true) == mmapio::kUnsupported);
    std::printf("platform_test: threads do not wait at words here\n");
    return;
  }
  WaitsEndByValueAndByTime();
  LongWordsAreWaitedAt();
  WakesMeetLongWords();
  NoWakeIsLost<Word>();
  NoWakeIsLost<LongWord>();
  LostWordsAreReported();
}
