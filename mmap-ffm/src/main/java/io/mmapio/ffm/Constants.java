// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The numbers of a platform: constants.txt. */
final class Constants {
  /** The systems in the order of the columns. */
  static final List<String> SYSTEMS = List.of("linux", "osx");

  /** Those whose numbers are known; Linux has other numbers for some that are rare. */
  private static final Set<String> CPUS =
      Set.of("x86_64", "aarch_64", "riscv64", "ppcle_64", "s390_64", "loongarch64");

  /** Stands for a number that a system does not have. */
  private static final String NONE = "-";

  private static @Nullable Constants current;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final String classifier;

  private Constants(String classifier) {
    this.classifier = classifier;
  }

  /**
   * Tells why there are no numbers for a platform.
   *
   * @param classifier as os-maven-plugin writes it
   * @return empty if there are numbers
   */
  static String unsupportedReason(String classifier) {
    int hyphen = classifier.indexOf('-');
    String system = classifier.substring(0, Math.max(0, hyphen));
    if (system.equals("windows")) {
      return "closing a mapping safely takes an exception handler on Windows, and Java has none";
    }
    if (!SYSTEMS.contains(system)) {
      return "it knows the numbers of " + SYSTEMS + " only";
    }
    return CPUS.contains(classifier.substring(hyphen + 1))
        ? ""
        : "it knows the numbers of these CPUs only: " + CPUS.stream().sorted().toList();
  }

  /** Chooses the platform of this process, before any of its numbers is used. */
  static synchronized void choose(String classifier) {
    current = of(classifier);
  }

  /** The numbers of this process. */
  static synchronized Constants current() {
    if (current == null) {
      throw new IllegalStateException("no platform has been chosen");
    }
    return current;
  }

  /** Reads the table for one platform. */
  static Constants of(String classifier) {
    Constants constants = new Constants(classifier);
    try (InputStream in = Constants.class.getResourceAsStream("constants.txt")) {
      if (in == null) {
        throw new IllegalStateException("the jar of mmap-ffm lacks its table of constants");
      }
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> constants.read(List.of(line.trim().split(" +", -1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return constants;
  }

  /** Exceptions for a CPU come after the common numbers. */
  private void read(List<String> words) {
    String system = classifier.substring(0, classifier.indexOf('-'));
    boolean common = words.size() == SYSTEMS.size() + 1 && !SYSTEMS.contains(words.get(0));
    if (common) {
      put(words.get(0), words.get(1 + SYSTEMS.indexOf(system)));
    } else if (classifier.equals(words.get(0) + '-' + words.get(1))) {
      put(words.get(2), words.get(3));
    }
  }

  private void put(String name, String number) {
    if (!number.equals(NONE)) {
      numbers.put(name, (int) (long) Long.decode(number)); // some have bit 31 set
    }
  }

  /** All numbers of the platform by their names. */
  Map<String, Integer> all() {
    return Map.copyOf(numbers);
  }

  /** A number, or another where the platform has none. */
  int getOrDefault(String name, int other) {
    return numbers.getOrDefault(name, other);
  }

  /** A number that the platform has. */
  int get(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalStateException("no " + name + " is known for " + classifier);
    }
    return number;
  }
}
