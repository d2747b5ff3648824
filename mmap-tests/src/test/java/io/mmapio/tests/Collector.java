// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

/** The garbage collectors that every JDK has which these tests run on. */
enum Collector {
  SERIAL("-XX:+UseSerialGC"),
  PARALLEL("-XX:+UseParallelGC"),
  G1("-XX:+UseG1GC"),
  Z("-XX:+UseZGC");

  private final String option;

  Collector(String option) {
    this.option = option;
  }

  /** What has a JVM use it. */
  String option() {
    return option;
  }
}
