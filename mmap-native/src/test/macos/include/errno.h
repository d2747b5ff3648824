// SPDX-License-Identifier: Apache-2.0
//
// Error numbers of macOS. Not guarded: numbers-errno.h is made of numbers.def.

#include_next <errno.h>

#include "numbers-errno.h"
