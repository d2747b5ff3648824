// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every peer does the work that it is measured for. (Chronicle needs JVM flags that only the
 * benchmarks have.)
 */
class TargetsTest {
  private static final int SIZE = 1 << 20;
  private static final int RECORD = 4096;

  @ParameterizedTest
  @ValueSource(
      strings = {
        Targets.LIMIT,
        Targets.BUFFER,
        Targets.VAR_HANDLE,
        Targets.SEGMENT,
        Targets.WINDOWS,
        Targets.OURS,
        Targets.POPULATED,
        Targets.EXTENDED,
        Targets.SPARSE,
        Targets.JDK_BUFFER,
        Targets.JDK_WINDOWS,
        Targets.JDK_SEGMENT,
        Targets.AGRONA,
        Targets.CHANNEL_DIRECT,
        Targets.CHANNEL_HEAP,
        Targets.RANDOM_ACCESS_FILE
      })
  void fillsAnEmptyFile(String peer) throws IOException {
    assumeTrue(!peer.contains("MemorySegment") || Runtime.version().feature() >= 22, "needs 22");
    assumeTrue(!peer.equals(Targets.LIMIT) || Native.isAvailable(), "no C++ reference here");
    try (BenchFile file = new BenchFile(0, SIZE)) {
      try (Target target = Targets.open(peer, file, SIZE, true)) {
        target.storeRandomly(1);
        for (int at = 0; at < SIZE; at += Target.BATCH) {
          target.storeSequentially(at);
        }
        assertEquals(sumOfWords(), target.loadRandomly(1), "the words that were stored in a row");
        target.prepare(RECORD);
        target.storeRecords(RECORD, RECORD, SIZE / RECORD - 1);
      }
      ByteBuffer found = ByteBuffer.allocate(SIZE - RECORD);
      file.channel.read(found, RECORD);
      assertEquals(SIZE, file.channel.size());
      assertArrayEquals(new byte[SIZE - RECORD], found.array(), "records are zeros");
    }
  }

  /** What {@link Target#loadRandomly} finds where each batch holds 0, 1, 2 and so on. */
  private static long sumOfWords() {
    long random = 1;
    long[] words = new long[Target.WORDS];
    for (int i = 0; i < words.length; i++) {
      random = Target.next(random);
      words[i] = Target.word(random, SIZE / Long.BYTES) % Target.WORDS;
    }
    return Arrays.stream(words).sum();
  }
}
