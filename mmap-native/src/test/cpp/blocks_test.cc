// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: blocks that are read from a file and written to it.

#include <array>
#include <cstring>

#include "check.h"

#if !defined(_WIN32)
#include <fcntl.h>
#endif

namespace {

using mmapio::Access;
using mmapio::Result;

using Block = std::array<char, 300>;

void BlocksMeetThePagesOfMappings(const TestFile& file) {
  char* const mapped = MapWhole(file, Access::kReadWrite);
  Block block;
  block.fill('w');
  CHECK(mmapio::WriteAt(file.handle(), 1000, block.data(), block.size()) == 300);
  CHECK(std::memcmp(mapped + 1000, block.data(), block.size()) == 0);
  CHECK(mapped[999] == 0 && mapped[1300] == 0);
  std::memset(mapped + 500, 'm', block.size());
  CHECK(mmapio::ReadAt(file.handle(), 500, block.data(), block.size()) == 300);
  CHECK(block.front() == 'm' && block.back() == 'm');
  CHECK(mmapio::Unmap(mapped, kUnit) == 0);
}

void ReadingEndsWithTheFile(const TestFile& file) {
  Block block;
  const auto size = static_cast<std::int64_t>(kUnit);
  CHECK(mmapio::ReadAt(file.handle(), size - 7, block.data(), block.size()) == 7);
  CHECK(mmapio::ReadAt(file.handle(), size, block.data(), block.size()) == 0);
}

void BadDescriptorsAreNotRead() {
  Block block;
  CHECK(mmapio::MeetsPages(-1) == 0);
  CHECK(mmapio::ReadAt(-1, 0, block.data(), block.size()) < 0);
  CHECK(mmapio::WriteAt(-1, 0, block.data(), block.size()) < 0);
}

#if !defined(_WIN32)
void DescriptorThatAppendsDoesNotMeetThem(const TestFile& file) {
  const int fd = static_cast<int>(file.handle());
  CHECK(::fcntl(fd, F_SETFL, O_APPEND) == 0);
  CHECK(mmapio::MeetsPages(file.handle()) == 0);
  CHECK(::fcntl(fd, F_SETFL, 0) == 0);
  CHECK(mmapio::MeetsPages(file.handle()) == 1);
}

void FilesAreCopied(const TestFile& from) {
  const TestFile to(100);
  from.SetByte(10, 'c');
  const Result copied = mmapio::CopyRange(from.handle(), 10, to.handle(), 90, 50);
  CHECK(copied == 50 || copied == mmapio::kUnsupported);
  if (copied == 50) {
    CHECK(to.ByteAt(90) == 'c');
    CHECK(mmapio::Size(to.handle()) == 140);
  }
}
#endif

}  // namespace

void TestBlocks() {
  const TestFile file(kUnit);
  BadDescriptorsAreNotRead();
#if defined(_WIN32)
  CHECK(mmapio::MeetsPages(file.handle()) == 0);
#else
  DescriptorThatAppendsDoesNotMeetThem(file);
  FilesAreCopied(file);
#endif
  if (mmapio::MeetsPages(file.handle()) == 1) {
    BlocksMeetThePagesOfMappings(file);
    ReadingEndsWithTheFile(file);
  }
}
