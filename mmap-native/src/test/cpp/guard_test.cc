// SPDX-License-Identifier: Apache-2.0
//
// The contract of platform.h: guarded ranges.

#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

#include "check.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <signal.h>
#include <sys/mman.h>
#endif

namespace {

using mmapio::Access;
using mmapio::Result;

volatile char* Touchable(char* address) { return address; }

// Somebody else's handler, which was there first.
#if !defined(_WIN32)

volatile int handed_on = 0;

void OnOthersFault(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const auto page = reinterpret_cast<std::uintptr_t>(info->si_addr) & ~(kPage - 1);
  handed_on = handed_on + 1;
  if (::mmap(reinterpret_cast<void*>(page), kPage, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
    std::_Exit(EXIT_FAILURE);
  }
}

void Install(void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  CHECK(::sigaction(SIGBUS, &action, nullptr) == 0);
}

void InstallOthersHandler() { Install(OnOthersFault); }

char* probed;
volatile bool probe_was_told = false;

void OnProbe(int /*signal*/, siginfo_t* info, void* /*context*/) {
  probe_was_told = static_cast<char*>(info->si_addr) == probed;
  if (::mmap(probed, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
             0) == MAP_FAILED) {
    std::_Exit(EXIT_FAILURE);
  }
}

// Not by qemu 7 to 10 where the emulated CPU has another byte order than the real one, or 32 bits:
// it takes the address of a SIGBUS for two numbers of 32 bits.
bool AddressesOfFaultsAreTold() {
  const TestFile file(kUnit);
  probed = MapWhole(file, Access::kReadWrite);
  Install(OnProbe);
  CHECK(file.Truncate(0));
  CHECK(Touchable(probed)[0] == 0);
  CHECK(mmapio::Unmap(probed, kUnit) == 0);
  return probe_was_told;
}

void FaultsElsewhereAreHandedOn() {
  const TestFile file(2 * kUnit);
  char* const guarded = MapWhole(file, Access::kReadWrite);
  char* const other = MapWhole(file, Access::kReadWrite);
  const Result guard = mmapio::Guard(guarded, 2 * kUnit);
  CHECK(guard > 0);
  CHECK(file.Truncate(0));
  CHECK(Touchable(other)[kUnit] == 0);
  CHECK(handed_on == 1);
  CHECK(mmapio::LostPage(guard, false) == 0);
  CHECK(Touchable(guarded)[kUnit] == 0);
  CHECK(handed_on == 1);
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(Touchable(guarded)[0] == 0);  // a guard that has ended is none
  CHECK(handed_on == 2);
  CHECK(mmapio::Unmap(guarded, 2 * kUnit) == 0);
  CHECK(mmapio::Unmap(other, 2 * kUnit) == 0);
}

char* touched_by_handler;

void TouchInHandler(int /*signal*/) { Touchable(touched_by_handler)[0] = 1; }

void FaultInAnotherHandler() {
  const TestFile file(kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  const Result guard = mmapio::Guard(address, kUnit);
  CHECK(file.Truncate(0));
  touched_by_handler = address;
  struct sigaction action = {};
  action.sa_handler = TouchInHandler;
  CHECK(::sigaction(SIGUSR1, &action, nullptr) == 0);
  CHECK(::raise(SIGUSR1) == 0);
  CHECK(Touchable(address)[0] == 1);
  CHECK(mmapio::LostPage(guard, false) == ToAddress(address));
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, kUnit) == 0);
}

void PageThatCannotBeReadIsServed() {}

#else

bool AddressesOfFaultsAreTold() { return true; }
void InstallOthersHandler() {}
void FaultsElsewhereAreHandedOn() {}
void FaultInAnotherHandler() {}

// No disk fails here on demand, so the exception is raised by hand: the handler cannot tell.
void PageThatCannotBeReadIsServed() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = 'x';
  const Result guard = mmapio::Guard(address, 4 * kUnit);
  const ULONG_PTR read_of_a_page[] = {0, reinterpret_cast<ULONG_PTR>(address + kUnit + 1), 0};
  ::RaiseException(EXCEPTION_IN_PAGE_ERROR, /*dwExceptionFlags=*/0, 3, read_of_a_page);
  CHECK(ToPointer(mmapio::LostPage(guard, false)) == address + kUnit);
  CHECK(mmapio::AwaitLostPage(/*milliseconds=*/60'000) == 1);
  CHECK(Touchable(address)[0] == 0);  // a view is replaced as a whole
  Touchable(address)[kUnit] = 'y';
  CHECK(Touchable(address)[kUnit] == 'y');
  CHECK(file.ByteAt(0) == 'x');
  CHECK(file.ByteAt(kUnit) == 0);
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

#endif

void LostPageReadsZerosAndIsRemembered() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  const Result guard = mmapio::Guard(address, 4 * kUnit);
  address[3 * kUnit] = 'x';
  CHECK(mmapio::LostPage(guard, false) == 0);
  if (!file.Truncate(kUnit)) {
    std::printf("platform_test: no page of a mapped file can be lost here\n");
  } else {
    CHECK(Touchable(address)[kUnit - 1] == 0);
    CHECK(mmapio::LostPage(guard, false) == 0);
    CHECK(Touchable(address)[3 * kUnit] == 0);
    Touchable(address)[2 * kUnit] = 'y';
    CHECK(Touchable(address)[2 * kUnit] == 'y');
    CHECK(ToPointer(mmapio::LostPage(guard, false)) == address + 3 * kUnit);
    CHECK(mmapio::LostPage(guard, true) == 0);
    CHECK(mmapio::AwaitLostPage(/*milliseconds=*/60'000) == 1);
  }
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

// macOS has no file for it: there it is harmless, but nobody is told.
bool UseAfterClosingIsSeen() {
#if defined(_WIN32)
  return true;
#else
  return mmapio::Supports(mmapio::Feature::kSealedMemory) == 1;
#endif
}

void UseAfterClosingIsRemembered() {
  const TestFile file(4 * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  address[0] = 'x';
  const Result guard = mmapio::Guard(address, 4 * kUnit);
  CHECK(mmapio::EntombGuarded(guard, address, 4 * kUnit) == 0);
  CHECK(mmapio::LostPage(guard, true) == 0);
  CHECK(Touchable(address)[kUnit + 1] == 0);
  Touchable(address)[0] = 'y';
  CHECK(file.ByteAt(0) == 'x');
  const bool seen = UseAfterClosingIsSeen();
  CHECK(ToPointer(mmapio::LostPage(guard, true)) == (seen ? address + kUnit : nullptr));
  CHECK(mmapio::LostPage(guard, false) == 0);
  CHECK(mmapio::AwaitLostPage(seen ? /*milliseconds=*/60'000 : 0) == (seen ? 1 : 0));
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, 4 * kUnit) == 0);
}

void ManyThreadsLosePagesAtOnce() {
  constexpr std::size_t kThreads = 4;
  const TestFile file(kThreads * kUnit);
  char* const address = MapWhole(file, Access::kReadWrite);
  const Result guard = mmapio::Guard(address, kThreads * kUnit);
  CHECK(mmapio::EntombGuarded(guard, address, kThreads * kUnit) == 0);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([=] {
      for (std::size_t at = 0; at < kThreads * kUnit; at += kPage) {
        Touchable(address)[at + i] = static_cast<char>(i + 1);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (std::size_t i = 0; i < kThreads; ++i) {
    CHECK(Touchable(address)[i] == static_cast<char>(i + 1));
  }
  CHECK((mmapio::LostPage(guard, true) != 0) == UseAfterClosingIsSeen());
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, kThreads * kUnit) == 0);
}

void GuardsAreLimitedAndComeBack() {
  char* const address = ToPointer(mmapio::Reserve(kUnit));
  std::vector<Result> guards;
  Result guard;
  while ((guard = mmapio::Guard(address, kUnit)) > 0) {
    guards.push_back(guard);
  }
  CHECK(guards.size() > 10'000);
  CHECK(mmapio::ErrorName(static_cast<std::int32_t>(-guard)) != nullptr);
  for (const Result one : guards) {
    CHECK(mmapio::Unguard(one) == 0);
  }
  guard = mmapio::Guard(address, kUnit);
  CHECK(guard > 0);
  CHECK(mmapio::Unguard(guard) == 0);
  CHECK(mmapio::Unmap(address, kUnit) == 0);
}

}  // namespace

void TestGuard() {
  if (!AddressesOfFaultsAreTold()) {
    std::printf("platform_test: the emulator tells wrong addresses of faults\n");
    return;
  }
  InstallOthersHandler();
  FaultsElsewhereAreHandedOn();
  FaultInAnotherHandler();
  LostPageReadsZerosAndIsRemembered();
  PageThatCannotBeReadIsServed();
  UseAfterClosingIsRemembered();
  ManyThreadsLosePagesAtOnce();
  GuardsAreLimitedAndComeBack();
}
