// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

/** How long the tests are that have a short and a long form: see the POM. */
final class Settings {
  /** How many readers are opened and closed. */
  static final int ROUNDS = Integer.getInteger("mmapio.lucene.rounds", 100);

  /** How many files are closed while they are read. */
  static final int RACES = Integer.getInteger("mmapio.lucene.races", 800);

  /** How long random documents are indexed. */
  static final int SECONDS = Integer.getInteger("mmapio.lucene.seconds", 1);

  private Settings() {}
}
