// SPDX-License-Identifier: Apache-2.0
//
// Windows: views of a file and calls that read or write it are not promised to agree (see
// CreateFileMapping), so nothing here goes through the file.

#include "windows_internal.h"

namespace mmapio {

Result MeetsPages(Handle /*handle*/) noexcept { return 0; }

Result ReadAt(Handle /*handle*/, std::int64_t /*offset*/, void* /*to*/,
              std::size_t /*length*/) noexcept {
  return kUnsupported;
}

Result WriteAt(Handle /*handle*/, std::int64_t /*offset*/, const void* /*from*/,
               std::size_t /*length*/) noexcept {
  return kUnsupported;
}

Result CopyRange(Handle /*from*/, std::int64_t /*from_offset*/, Handle /*to*/,
                 std::int64_t /*to_offset*/, std::size_t /*length*/) noexcept {
  return kUnsupported;
}

}  // namespace mmapio
