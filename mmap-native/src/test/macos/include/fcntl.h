// SPDX-License-Identifier: Apache-2.0
//
// What fcntl has on macOS. headers_check.cc knows that the layouts are Apple's.

#ifndef MMAPIO_SHIM_FCNTL_H_
#define MMAPIO_SHIM_FCNTL_H_

#include_next <fcntl.h>

#include "numbers-fcntl.h"

typedef struct fstore {
  unsigned int fst_flags;
  int fst_posmode;
  off_t fst_offset;
  off_t fst_length;
  off_t fst_bytesalloc;
} fstore_t;

typedef struct fpunchhole {
  unsigned int fp_flags;
  unsigned int reserved;
  off_t fp_offset;
  off_t fp_length;
} fpunchhole_t;

struct radvisory {
  off_t ra_offset;
  int ra_count;
};

#endif  // MMAPIO_SHIM_FCNTL_H_
