// SPDX-License-Identifier: Apache-2.0
//
// What a test tells the calls that shim.cc stands in for. Names are those of the calls; fcntl is
// told apart by its command ("F_FULLFSYNC", or "fcntl" for those that Linux has too).

#ifndef MMAPIO_SHIM_H_
#define MMAPIO_SHIM_H_

#include <cstddef>

namespace shim {

// The call fails once, the skip-th time from now on counted from zero, with an error number of
// macOS, or a code of Mach. A call that fails does nothing.
void FailOnce(const char* call, int error, int skip = 0);

// After that one, this call fails too.
void AlsoFail(const char* call, int error);

// Whether all that should have failed since FailOnce has; ends it.
bool HasFailed();

// How often a call was made since the last FailOnce.
int Count(const char* call);

// The functions that macOS has since 14.4: found, or not.
void SetNewerFunctions(bool found);

// What geteuid answers: this process, or somebody who does not own its files.
void SetOthersFiles(bool others);

// Bytes that are mapped, and not unmapped again.
std::size_t MappedBytes();

}  // namespace shim

#endif  // MMAPIO_SHIM_H_
