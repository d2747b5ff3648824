// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

/** The strength of frequencies in a short piece of sound, by a Fourier transform. */
final class Spectrum {
  private final int length;
  private final double[] window;
  private final double[] real;
  private final double[] imaginary;

  /** For pieces of a length, which is a power of two. */
  Spectrum(int length) {
    this.length = length;
    window = new double[length];
    real = new double[length];
    imaginary = new double[length];
    for (int i = 0; i < length; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    }
  }

  /** Strength by frequency: entry i is for i / length of the sample rate, up to half of it. */
  double[] of(double[] samples) {
    int bits = Integer.numberOfTrailingZeros(length);
    for (int i = 0; i < length; i++) {
      int from = Integer.reverse(i) >>> (Integer.SIZE - bits);
      real[i] = samples[from] * window[from];
      imaginary[i] = 0;
    }
    for (int half = 1; half < length; half *= 2) {
      for (int i = 0; i < half; i++) {
        butterflies(half, i);
      }
    }
    double[] strength = new double[length / 2];
    for (int i = 0; i < strength.length; i++) {
      strength[i] = Math.hypot(real[i], imaginary[i]);
    }
    return strength;
  }

  private void butterflies(int half, int i) {
    double cos = Math.cos(Math.PI * i / half);
    double sin = -Math.sin(Math.PI * i / half);
    for (int a = i; a < length; a += 2 * half) {
      int b = a + half;
      double re = real[b] * cos - imaginary[b] * sin;
      double im = real[b] * sin + imaginary[b] * cos;
      real[b] = real[a] - re;
      imaginary[b] = imaginary[a] - im;
      real[a] += re;
      imaginary[a] += im;
    }
  }
}
