// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks, one class a question, the JDK beside us in the same run. Not {@code @NullMarked}:
 * JMH fills the fields in between.
 */
package io.mmapio.bench;
