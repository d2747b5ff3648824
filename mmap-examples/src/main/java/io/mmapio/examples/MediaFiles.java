// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the parts of {@link Media} have in common. */
final class MediaFiles {
  /** The size of the buffers through which a file of any size is read. */
  static final int WINDOW = 1 << 24;

  private MediaFiles() {}

  /** Drops the file from memory, so that it is read from the disk, where the system allows it. */
  static void makeCold(MappedRegion region) throws IOException {
    if (Feature.EVICT.isSupported()) {
      region.pages().evict();
    }
  }

  /** Samples of the first channel, from -1 to 1. */
  static double[] samples(MappedRegion region, Wav wav, long frame, int count) {
    ByteBuffer bytes =
        region
            .buffer(wav.at(frame), (long) count * wav.frameBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] samples = new double[count];
    for (int i = 0; i < count; i++) {
      samples[i] = bytes.getShort(i * wav.frameBytes()) / 32768.0;
    }
    return samples;
  }

  /** A colour for a strength, from black to white. */
  static int heat(double strength) {
    int light = (int) Math.max(0, Math.min(255, 40 * Math.log1p(strength * 4)));
    return light << 16 | (light * light / 255) << 8 | 48;
  }

  /** Deletes a temporary recording with all beside it. */
  static void delete(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
