// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

/** Makes vectors of texts that share words similar. */
final class Words {
  private Words() {}

  /** Returns the sum of one random direction per word, of length 1. */
  static float[] vector(String text, int dimensions) {
    float[] sum = new float[dimensions];
    sum[0] = 1;
    for (String word : text.split("\\W+", -1)) {
      long seed = mix(word.hashCode());
      for (int i = 0; i < 8; i++) {
        seed = mix(seed);
        sum[(int) (seed >>> 33) % dimensions] += (seed & 1) == 0 ? 1 : -1;
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < dimensions; i++) {
      sum[i] /= length;
    }
    return sum;
  }

  static long mix(long value) {
    long mixed = (value ^ (value >>> 31)) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 32);
  }
}
