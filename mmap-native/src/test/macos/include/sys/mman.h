// SPDX-License-Identifier: Apache-2.0
//
// Flags of macOS, and its mincore, whose vector is of char.

#ifndef MMAPIO_SHIM_SYS_MMAN_H_
#define MMAPIO_SHIM_SYS_MMAN_H_

#define mincore mincore_of_linux
#include_next <sys/mman.h>
#undef mincore
#include "numbers-mman.h"

extern "C" int mincore(const void* address, size_t length, char* states);

#endif  // MMAPIO_SHIM_SYS_MMAN_H_
