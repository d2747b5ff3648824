// SPDX-License-Identifier: Apache-2.0
//
// What the tests of platform.h share.

#ifndef MMAPIO_CHECK_H_
#define MMAPIO_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "platform.h"
#include "test_file.h"

inline int failures = 0;

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      std::printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                         \
    }                                                                     \
  } while (false)

inline const auto kPage = static_cast<std::size_t>(mmapio::PageSize());
inline const auto kUnit = static_cast<std::size_t>(mmapio::Granularity());

inline char* ToPointer(mmapio::Result address) {
  return reinterpret_cast<char*>(static_cast<std::uintptr_t>(address));
}

inline mmapio::Result ToAddress(const void* pointer) {
  return static_cast<mmapio::Result>(reinterpret_cast<std::uintptr_t>(pointer));
}

inline char* MapWhole(const TestFile& file, mmapio::Access access) {
  const mmapio::Result size = mmapio::Size(file.handle());
  const mmapio::Result address =
      mmapio::Map(file.handle(), 0, static_cast<std::size_t>(size), access);
  CHECK(address > 0);
  return ToPointer(address);
}

void TestBlocks();
void TestChanges();
void TestGrowth();
void TestGuard();
void TestPages();
void TestWaits();

#endif  // MMAPIO_CHECK_H_
