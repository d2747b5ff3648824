// SPDX-License-Identifier: Apache-2.0
//
// Windows: WaitOnAddress wakes threads of its own process only, so nothing here waits at a word.

#include "windows_internal.h"

namespace mmapio {

Result Await(void* /*address*/, std::size_t /*size*/, std::int64_t /*expected*/,
             std::int64_t /*nanoseconds*/) noexcept {
  return kUnsupported;
}

Result Wake(void* /*address*/, bool /*all*/) noexcept { return kUnsupported; }

}  // namespace mmapio
