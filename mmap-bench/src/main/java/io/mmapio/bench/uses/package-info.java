// SPDX-License-Identifier: Apache-2.0
/** What programs do with this library: a game map, a cache, and media files, beside their peers. */
package io.mmapio.bench.uses;
