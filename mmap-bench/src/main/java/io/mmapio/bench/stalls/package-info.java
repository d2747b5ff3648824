// SPDX-License-Identifier: Apache-2.0
/** What a slow disk does to threads that do not read from it. */
package io.mmapio.bench.stalls;
