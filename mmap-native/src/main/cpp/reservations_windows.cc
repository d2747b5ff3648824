// SPDX-License-Identifier: Apache-2.0
//
// Windows, 64-bit: what is mapped into a reservation. A view cannot be made longer: the last one is
// taken away, in a gap, and mapped again.

#include <algorithm>

#include "windows_addresses.h"

namespace mmapio {
namespace {

// Views end where the unit of addresses ends, so that the last one can be mapped again, larger.
struct View {
  char* address;
  std::size_t length;
  std::int64_t offset;
};

[[nodiscard]] Result PutView(HANDLE section, const View& view,
                             const Protection& protection) noexcept {
  if (!kNewer.placeholders) {
    return ResultOf(::MapViewOfFileEx(section, protection.view, High(view.offset), Low(view.offset),
                                      view.length, view.address));
  }
  // Fails if the placeholder has that length already.
  ::VirtualFree(view.address, WholePages(view.length), MEM_RELEASE | kPreservePlaceholder);
  return ResultOf(kNewer.map(section, ::GetCurrentProcess(), view.address,
                             static_cast<ULONG64>(view.offset), view.length, kReplacePlaceholder,
                             protection.section, nullptr, 0));
}

// What is in the way of new views: an old one, of whole pages, and then a reservation.
struct Place {
  char* address;
  std::size_t view;  // bytes, or zero for no view
  char* rest;
  char* end;

  // Makes all of it one placeholder, or free addresses.
  void Clear() const noexcept {
    if (!kNewer.placeholders) {
      if (view > 0) {
        ::UnmapViewOfFile(address);
      }
      if (rest < end) {
        ::VirtualFree(rest, 0, MEM_RELEASE);
      }
      return;
    }
    if (view > 0) {
      kNewer.unmap(::GetCurrentProcess(), address, kPreservePlaceholder);
    }
    Join();
  }

  // Fails if there is one placeholder already.
  void Join() const noexcept {
    ::VirtualFree(address, static_cast<std::size_t>(end - address),
                  MEM_RELEASE | kCoalescePlaceholders);
  }

  // Keeps what no view has taken; a placeholder is kept without that.
  void Keep(std::size_t taken) const noexcept {
    char* const from = address + RoundUp(taken, static_cast<std::size_t>(Granularity()));
    if (!kNewer.placeholders && from < end) {
      ::VirtualAlloc(from, static_cast<std::size_t>(end - from), MEM_RESERVE, kOnDemand);
    }
  }
};

// The end of the part of a reservation that begins there; the same address if there is none.
[[nodiscard]] char* EndOfReservation(char* begin) noexcept {
  MEMORY_BASIC_INFORMATION found;
  const bool reserved = ::VirtualQuery(begin, &found, sizeof(found)) != 0 &&
                        found.State == MEM_RESERVE && found.AllocationBase == begin &&
                        IsOurs(found);
  return reserved ? EndOfAllocation(begin) : begin;
}

// The reservation is asked for only if it is needed: what follows a view may be somebody else's.
[[nodiscard]] Place PlaceOf(char* address, std::size_t length) noexcept {
  const auto unit = static_cast<std::size_t>(Granularity());
  MEMORY_BASIC_INFORMATION found;
  const bool mapped =
      ::VirtualQuery(address, &found, sizeof(found)) != 0 && found.Type == MEM_MAPPED;
  const std::size_t view =
      mapped ? static_cast<std::size_t>(EndOfAllocation(address) - address) : 0;
  char* const rest = address + (kNewer.placeholders ? view : RoundUp(view, unit));
  const bool enough = mapped && address + WholePages(length) <= rest;
  return {address, view, rest, enough ? rest : EndOfReservation(rest)};
}

[[nodiscard]] Result PutViews(HANDLE section, const Place& place, std::int64_t offset,
                              std::size_t length, const Protection& protection) noexcept {
  const auto unit = static_cast<std::size_t>(Granularity());
  const std::size_t whole = length / unit * unit;
  if (whole == 0 || whole == length) {
    return PutView(section, {place.address, length, offset}, protection);
  }
  const Result first = PutView(section, {place.address, whole, offset}, protection);
  if (first < 0) {
    return first;
  }
  const Result second = PutView(
      section, {place.address + whole, length - whole, offset + static_cast<std::int64_t>(whole)},
      protection);
  if (second >= 0) {
    return second;
  }
  if (!kNewer.placeholders) {
    ::UnmapViewOfFile(place.address);
  } else {
    kNewer.unmap(::GetCurrentProcess(), place.address, kPreservePlaceholder);
  }
  return second;
}

// How much of what was there can be put back: the file may end inside the last page.
[[nodiscard]] std::size_t BytesBefore(const Place& place, Handle handle, std::int64_t offset,
                                      std::size_t length) noexcept {
  const auto rest = static_cast<std::size_t>(std::max<Result>(Size(handle) - offset, 0));
  return std::min({place.view, length, rest});
}

[[nodiscard]] Result MapFileInto(char* address, Handle handle, std::int64_t offset,
                                 std::size_t length, const Protection& protection) noexcept {
  void* const section =
      ::CreateFileMappingW(ToHandle(handle), nullptr, protection.section, 0, 0, nullptr);
  if (section == nullptr) {
    return LastError();
  }
  const Place place = PlaceOf(address, length);
  Result result = -ERROR_INVALID_ADDRESS;
  if (address + WholePages(length) <= place.end) {
    const Gap gap(address, static_cast<std::size_t>(place.end - address));
    place.Clear();
    result = PutViews(section, place, offset, length, protection);
    if (result < 0 && kNewer.placeholders) {
      place.Join();
    }
    if (result < 0 && place.view > 0) {
      static_cast<void>(
          PutViews(section, place, offset, BytesBefore(place, handle, offset, length), protection));
    }
    place.Keep(result < 0 ? place.view : length);
  }
  ::CloseHandle(section);  // the views keep it
  return result < 0 ? result : 0;
}

// Memory of no file is committed in an ordinary reservation, which does not care for units.
[[nodiscard]] Result CommitInto(char* address, std::size_t length, DWORD protection) noexcept {
  MEMORY_BASIC_INFORMATION found;
  if (::VirtualQuery(address, &found, sizeof(found)) == 0) {
    return LastError();
  }
  if (kNewer.placeholders && found.AllocationProtect != kOnDemand) {
    auto* const base = static_cast<char*>(found.AllocationBase);
    if (kNewer.alloc(::GetCurrentProcess(), base,
                     static_cast<std::size_t>(EndOfAllocation(base) - base),
                     MEM_RESERVE | kReplacePlaceholder, kOnDemand, nullptr, 0) == nullptr) {
      return LastError();
    }
  }
  const Result committed = ResultOf(::VirtualAlloc(address, length, MEM_COMMIT, protection));
  return committed < 0 ? committed : 0;
}

}  // namespace

// High if there are no placeholders, for the reason MapViewHigh has.
Result Reserve(std::size_t length) noexcept {
  return ResultOf(kNewer.placeholders
                      ? kNewer.Placeholder(length)
                      : ::VirtualAlloc(nullptr, length, MEM_RESERVE | MEM_TOP_DOWN, kOnDemand));
}

Result MapInto(void* address, Handle handle, std::int64_t offset, std::size_t length,
               Access access) noexcept {
  const Protection protection = ProtectionOf(access);
  auto* const place = static_cast<char*>(address);
  return handle == kNoHandle ? CommitInto(place, length, protection.memory)
                             : MapFileInto(place, handle, offset, length, protection);
}

}  // namespace mmapio
