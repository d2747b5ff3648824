// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the enums of the API ask whether this machine has something. They stand at the bottom,
 * below the backend that knows; {@link Mmap} answers, which stands at the top.
 */
final class Support {
  private static volatile @Nullable Predicate<Enum<?>> answers;

  private Support() {}

  /** Called once, when {@code Mmap} is initialised. */
  static void answerBy(Predicate<Enum<?>> predicate) {
    answers = predicate;
  }

  /**
   * Tells whether the backend of this process has something.
   *
   * @throws NoBackendException if there is no backend for this platform
   */
  static boolean has(Enum<?> what) {
    if (answers == null) {
      initialise();
    }
    return Objects.requireNonNull(answers).test(what);
  }

  /** An enum may be asked before anything else of the API was used. */
  private static void initialise() {
    try {
      Class.forName(Support.class.getPackageName() + ".Mmap");
    } catch (ClassNotFoundException e) {
      throw new LinkageError("a part of mmap-io is missing", e);
    }
  }
}
