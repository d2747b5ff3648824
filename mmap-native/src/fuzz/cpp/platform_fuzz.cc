// SPDX-License-Identifier: Apache-2.0
//
// For libFuzzer: reads its input as a sequence of calls of platform.h, makes them on a file, and
// holds what is mapped against a plain array. ASan and UBSan look on.

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "platform.h"

namespace {

using mmapio::Access;
using mmapio::Result;

const auto kPage = static_cast<std::size_t>(mmapio::PageSize());
const std::size_t kCapacity = 64 * kPage;

void Require(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

// Numbers from the input; zeros when it is at its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  [[nodiscard]] bool IsEmpty() const { return left_ == 0; }

  std::size_t Next(std::size_t below) {
    std::size_t value = 0;
    for (int i = 0; i < 3 && left_ > 0; ++i, ++data_, --left_) {
      value = value << 8 | *data_;
    }
    return below == 0 ? 0 : value % below;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class Region {
 public:
  explicit Region(std::size_t size) : file_(std::tmpfile()), size_(size), model_(size) {
    Require(file_ != nullptr, "tmpfile");
    Require(mmapio::Extend(Handle(), 0, static_cast<std::int64_t>(size), true) >= 0, "Extend");
    base_ = reinterpret_cast<char*>(mmapio::Reserve(kCapacity));
    Require(mmapio::MapInto(base_, Handle(), 0, size, Access::kReadWrite) >= 0, "MapInto");
    guard_ = mmapio::Guard(base_, kCapacity);
    Require(guard_ > 0, "Guard");
  }

  ~Region() {
    Require(mmapio::LostPage(guard_, false) == 0, "a page was lost");
    Require(mmapio::Unguard(guard_) == 0, "Unguard");
    Require(mmapio::Unmap(base_, kCapacity) == 0, "Unmap");
    std::fclose(file_);
  }

  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  void Step(Input* input) {
    const std::size_t from = input->Next(size_);
    const std::size_t length = 1 + input->Next(size_ - from);
    const std::size_t first = from / kPage * kPage;
    const std::size_t pages = (from + length - first + kPage - 1) / kPage * kPage;
    switch (input->Next(12)) {
      case 0:
        std::memset(base_ + from, static_cast<int>(length), length);
        std::memset(model_.data() + from, static_cast<int>(length), length);
        break;
      case 1:
        Grow(std::min(kCapacity, size_ + length));
        break;
      case 2:
        Shrink(std::max<std::size_t>(1, from));
        break;
      case 3:
        Punch(from, length);
        break;
      case 4:
        Advise(first, pages, input->Next(16));
        break;
      case 5:
        Require(mmapio::Populate(base_ + first, pages, (from & 1) != 0) == 0, "Populate");
        break;
      case 6:
        Require(mmapio::Sync(Handle(), base_ + first, pages, static_cast<std::int64_t>(first),
                             static_cast<mmapio::SyncMode>(from % 2), (length & 1) != 0) == 0,
                "Sync");
        break;
      case 7:
        CopyIn(from, length);
        break;
      case 8:
        CopyOut(from, length);
        break;
      case 9:
        Residency(first, pages);
        break;
      case 10:
        Await(from / sizeof(std::uint32_t) * sizeof(std::uint32_t), length);
        break;
      default:
        Require(
            mmapio::Evict(Handle(), base_ + first, pages, static_cast<std::int64_t>(first)) == 0,
            "Evict");
    }
    Require(std::memcmp(base_, model_.data(), size_) == 0, "contents");
  }

 private:
  [[nodiscard]] mmapio::Handle Handle() const { return ::fileno(file_); }

  // As Java grows and shrinks a region: file first, then pages, and the other way round.
  void Grow(std::size_t to) {
    Require(mmapio::Extend(Handle(), 0, static_cast<std::int64_t>(to), (to & 1) != 0) >= 0, "grow");
    const std::size_t mapped = (size_ + kPage - 1) / kPage * kPage;
    if (to > mapped) {
      Require(mmapio::MapInto(base_ + mapped, Handle(), static_cast<std::int64_t>(mapped),
                              to - mapped, Access::kReadWrite) >= 0,
              "MapInto");
    }
    size_ = to;
    model_.resize(to);
  }

  void Shrink(std::size_t to) {
    const std::size_t kept = (to + kPage - 1) / kPage * kPage;
    const std::size_t mapped = (size_ + kPage - 1) / kPage * kPage;
    if (kept < mapped) {
      Require(mmapio::Entomb(base_ + kept, mapped - kept) == 0, "Entomb");
      Require(base_[mapped - 1] == 0, "a tombstone is not zero");
    }
    Require(mmapio::Truncate(Handle(), static_cast<std::int64_t>(to)) == 0, "Truncate");
    size_ = to;
    model_.resize(to);
  }

  void Punch(std::size_t from, std::size_t length) {
    const std::size_t first = (from + kPage - 1) / kPage * kPage;
    const std::size_t end = (from + length) / kPage * kPage;
    if (first < end) {
      const Result result = mmapio::PunchHole(Handle(), static_cast<std::int64_t>(first),
                                              static_cast<std::int64_t>(end - first));
      Require(result == 0, "PunchHole");
      std::memset(model_.data() + first, 0, end - first);
    }
  }

  // Those that may not be given to a file's pages are Java's business.
  void Advise(std::size_t first, std::size_t pages, std::size_t advice) {
    const std::int64_t ranges[] = {reinterpret_cast<std::intptr_t>(base_ + first),
                                   static_cast<std::int64_t>(pages),
                                   reinterpret_cast<std::intptr_t>(base_), 1};
    const auto code = static_cast<mmapio::Advice>(advice);
    Require(mmapio::AdviseAll(ranges, 2, code) >= 0, "AdviseAll");
  }

  void CopyIn(std::size_t from, std::size_t length) {
    const std::vector<char> source(length, static_cast<char>(from));
    const Result copied = mmapio::CopyIn(base_ + from, source.data(), length);
    Require(copied == static_cast<Result>(length), "CopyIn");
    std::copy(source.begin(), source.end(), model_.begin() + static_cast<std::ptrdiff_t>(from));
  }

  void CopyOut(std::size_t from, std::size_t length) {
    std::vector<char> target(length);
    Require(mmapio::CopyOut(target.data(), base_ + from, length) == static_cast<Result>(length),
            "CopyOut");
    Require(std::memcmp(target.data(), model_.data() + from, length) == 0, "what was copied out");
  }

  void Residency(std::size_t first, std::size_t pages) {
    std::vector<std::uint64_t> bits(pages / kPage / 64 + 1, ~std::uint64_t{0});
    Require(mmapio::Resident(base_ + first, pages, bits.data()) == 0, "Resident");
    const std::size_t beyond = pages / kPage % 64;
    if (beyond != 0) {
      Require(bits[pages / kPage / 64] >> beyond == 0, "bits beyond the range");
    }
    mmapio::CacheCounts counts;
    static_cast<void>(mmapio::CacheState(Handle(), static_cast<std::int64_t>(first),
                                         static_cast<std::int64_t>(pages), &counts));
  }

  // Nobody wakes: whether the value is another one must be told, and the page is there.
  void Await(std::size_t at, std::size_t expected) {
    if (at + sizeof(std::uint32_t) > size_) {
      return;
    }
    std::uint32_t word;
    std::memcpy(&word, model_.data() + at, sizeof(word));
    const Result result = mmapio::Await(base_ + at, sizeof(word),
                                        static_cast<std::int64_t>(expected), /*nanoseconds=*/0);
    Require(result == (word == expected ? mmapio::kTimedOut : mmapio::kChanged), "Await");
    Require(mmapio::Wake(base_ + at, (expected & 1) != 0) == 0, "Wake");
  }

  std::FILE* const file_;
  std::size_t size_;
  std::vector<char> model_;
  char* base_;
  Result guard_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Region region(1 + input.Next(16 * kPage));
  while (!input.IsEmpty()) {
    region.Step(&input);
  }
  return 0;
}
