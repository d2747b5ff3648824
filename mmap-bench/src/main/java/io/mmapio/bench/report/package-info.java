// SPDX-License-Identifier: Apache-2.0
/** From results to answers: the page, the table of goals, the comparison before a release. */
package io.mmapio.bench.report;
