// SPDX-License-Identifier: Apache-2.0
//
// The ranges that are guarded, for a signal handler to look up: it may run at any moment, in any
// thread, and waits for nobody.

#ifndef MMAPIO_GUARD_TABLE_H_
#define MMAPIO_GUARD_TABLE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "platform.h"

namespace mmapio {

// Held for some dozen instructions, and never by a signal handler.
class SpinLock {
 public:
  explicit SpinLock(std::atomic_flag* flag) noexcept : flag_(flag) {
    while (flag_->test_and_set(std::memory_order_acquire)) {
    }
  }
  ~SpinLock() { flag_->clear(std::memory_order_release); }
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

 private:
  std::atomic_flag* const flag_;
};

class GuardTable {
 public:
  struct Slot {
    std::atomic<std::uintptr_t> begin;
    std::atomic<std::uintptr_t> end;  // zero if the slot is free
    std::atomic<std::uint64_t> lost;  // the page that was lost first, or zero
    std::atomic<std::uint64_t> used;  // the page that was touched first after closing, or zero
    std::atomic<bool> closed;
    std::atomic<std::int32_t> wake;        // for guard_posix.cc: what to write to when it is hit
    std::uint64_t* rescued;                // for guard_posix.cc: a bit for each page, or null
    std::atomic<std::uint32_t> next_free;  // a number, or zero for none

    static_assert(sizeof(lost) == sizeof(std::uint64_t), "read from outside as a plain word");
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "used by a signal handler");

    void Hit(std::uintptr_t page) noexcept {
      std::uint64_t none = 0;
      (closed ? used : lost).compare_exchange_strong(none, page);
    }
  };

  static constexpr Result kFull = -1;

  // Answers a number from 1 on, or kFull.
  [[nodiscard]] Result Add(void* address, std::size_t length, std::int32_t wake) noexcept {
    const SpinLock lock(&lock_);
    const std::uint32_t number = free_ != 0 ? free_ : count_ + 1;
    if (number >= kSlots) {
      return kFull;
    }
    Slot& slot = slots_[number];
    free_ = free_ != 0 ? slot.next_free.load() : 0;
    const auto begin = reinterpret_cast<std::uintptr_t>(address);
    slot.lost = 0;
    slot.used = 0;
    slot.closed = false;
    slot.wake = wake;
    slot.rescued = nullptr;
    slot.begin = begin;
    slot.end = begin + length;
    if (number > count_) {
      count_ = number;
    }
    return number;
  }

  // Nobody can touch the range any more.
  void Remove(Result number) noexcept {
    const SpinLock lock(&lock_);
    Slot& slot = At(number);
    slot.end = 0;
    slot.next_free = free_;
    free_ = static_cast<std::uint32_t>(number);
  }

  // See mmapio::LostPage.
  [[nodiscard]] Result FirstHit(Result number, bool after_closing) noexcept {
    const Slot& slot = At(number);
    return static_cast<Result>(after_closing ? slot.used : slot.lost);
  }

  [[nodiscard]] Slot& At(Result number) noexcept {
    return slots_[static_cast<std::size_t>(number)];
  }

  // The slot of an address, or null. Other slots may change meanwhile; that of a range which is
  // being touched does not.
  [[nodiscard]] Slot* Find(std::uintptr_t address) noexcept {
    for (std::uint32_t number = 1; number <= count_; ++number) {
      Slot& slot = slots_[number];
      const std::uintptr_t end = slot.end;
      if (address < end && address >= slot.begin && slot.end == end) {
        return &slot;
      }
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 14;

  // Without initialisers: see GuardShared.
  std::atomic_flag lock_;
  std::atomic<std::uint32_t> count_;
  std::uint32_t free_;
  std::array<Slot, kSlots> slots_;
};

}  // namespace mmapio

#endif  // MMAPIO_GUARD_TABLE_H_
