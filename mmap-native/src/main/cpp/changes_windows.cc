// SPDX-License-Identifier: Apache-2.0
//
// Windows: GetWriteWatch knows only memory of no file that was allocated for it, and pages of a
// section are never watched. A mapping would have to be made for it before anybody asks.

#include "windows_internal.h"

namespace mmapio {

Result PrivatePages(void* /*address*/, std::size_t /*length*/, PageRange* /*ranges*/,
                    std::size_t /*room*/, std::uint64_t* /*scanned*/) noexcept {
  return kUnsupported;
}

Result TrackWrites(void* /*address*/, std::size_t /*length*/) noexcept { return kUnsupported; }

Result TrackMore(Result /*tracker*/, void* /*address*/, std::size_t /*length*/) noexcept {
  return kUnsupported;
}

Result Written(void* /*address*/, std::size_t /*length*/, bool /*reset*/, PageRange* /*ranges*/,
               std::size_t /*room*/, std::uint64_t* /*scanned*/) noexcept {
  return kUnsupported;
}

Result Untrack(Result /*tracker*/) noexcept { return kUnsupported; }

}  // namespace mmapio
