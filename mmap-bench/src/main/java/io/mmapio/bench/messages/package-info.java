// SPDX-License-Identifier: Apache-2.0
/** Messages between two processes: round trips and throughput. */
package io.mmapio.bench.messages;
