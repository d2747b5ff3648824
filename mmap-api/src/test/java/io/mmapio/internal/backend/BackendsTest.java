// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.NoBackendException;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice of a backend, a function of what is there and what was asked for. */
final class BackendsTest {
  /** A provider for one platform; it is never opened. */
  private record Fake(String name, String platform, int priority) implements MmapBackendProvider {
    static Fake of(String description) {
      String[] parts = description.split("@", -1);
      String[] platform = parts[1].split("#", -1);
      return new Fake(
          parts[0], platform[0], platform.length > 1 ? Integer.parseInt(platform[1]) : 0);
    }

    @Override
    public String unsupportedReason(String classifier) {
      return classifier.equals(platform) ? "" : "it is for " + platform;
    }

    @Override
    public MmapBackend open(String classifier) {
      throw new AssertionError("choosing opens nothing");
    }
  }

  private static List<MmapBackendProvider> providers(String descriptions) {
    return Stream.of(descriptions.split(" ", -1)).<MmapBackendProvider>map(Fake::of).toList();
  }

  @ParameterizedTest
  @CsvSource({
    // providers as name@platform#priority, this machine, name asked for, name chosen
    "a@linux-x86_64, linux-x86_64, , a",
    "a@linux-x86_64 b@osx-aarch_64, osx-aarch_64, , b",
    "a@windows-x86_64 b@linux-aarch_64 c@osx-x86_64, windows-x86_64, , a",
    "b@linux-x86_64 a@linux-x86_64, linux-x86_64, , a",
    "a@linux-x86_64 b@linux-x86_64, linux-x86_64, b, b",
    "a@linux-x86_64 b@linux-x86_64#1, linux-x86_64, , b",
    "a@linux-x86_64#-1 b@linux-x86_64, linux-x86_64, , b",
    "a@linux-x86_64#-1, linux-x86_64, , a"
  })
  void chosen(String there, String machine, String asked, String chosen) {
    assertEquals(chosen, Backends.select(providers(there), machine, asked).name());
  }

  @ParameterizedTest
  @CsvSource({
    "a@osx-x86_64, linux-x86_64, , <classifier>linux-x86_64</classifier>",
    "a@osx-x86_64, linux-x86_64, , a: it is for osx-x86_64",
    "a@linux-x86_64, linux-x86_64, b, 'names b, but there is only [a]'",
    "a@linux-x86_64 b@osx-x86_64, linux-x86_64, b, b: it is for osx-x86_64",
    "a@linux-x86_64, solaris-sparc, , No library is published for solaris-sparc"
  })
  void refused(String there, String machine, String asked, String message) {
    NoBackendException e =
        assertThrows(
            NoBackendException.class, () -> Backends.select(providers(there), machine, asked));
    assertTrue(e.toString().contains(message), e.toString());
  }

  @Test
  void withoutAnyProviderTheDependencyIsSpeltOut() {
    NoBackendException e =
        assertThrows(
            NoBackendException.class, () -> Backends.select(List.of(), "linux-x86_64", null));
    assertTrue(e.toString().contains("<artifactId>mmap-native</artifactId>"), e.toString());
    assertTrue(e.toString().contains("<classifier>linux-x86_64</classifier>"), e.toString());
  }
}
