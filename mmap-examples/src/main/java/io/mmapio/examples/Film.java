// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A film of raw frames, RGB: a bar goes from left to right. Shows frames from all over it. */
final class Film {
  private static final int WIDTH = 160;
  private static final int HEIGHT = 90;
  private static final int FRAME = WIDTH * HEIGHT * 3;
  private static final int FRAMES = 2_000;
  private static final int SHOWN = 12;
  private static final int BAR = 8;

  private final Report report;

  Film(Report report) {
    this.report = report;
  }

  void show() throws IOException {
    Path path = Files.createTempFile("mmap-film", ".rgb");
    try {
      make(path);
      try (MappedRegion film = Mmap.map(path)) {
        MediaFiles.makeCold(film);
        drawStrip(film);
      }
    } finally {
      Files.delete(path);
    }
  }

  private static int barOf(int frame) {
    return frame * (WIDTH - BAR) / FRAMES;
  }

  private static void make(Path path) throws IOException {
    long size = (long) FRAMES * FRAME;
    try (MappedRegion film =
        Mmap.file(path).access(Access.READ_WRITE).range(0, size).extend().map()) {
      byte[] row = new byte[WIDTH * 3];
      for (int frame = 0; frame < FRAMES; frame++) {
        for (int x = 0; x < WIDTH; x++) {
          boolean inBar = x >= barOf(frame) && x < barOf(frame) + BAR;
          row[3 * x] = (byte) (inBar ? 255 : x);
          row[3 * x + 1] = (byte) (inBar ? 255 : frame * 200 / FRAMES);
          row[3 * x + 2] = (byte) (inBar ? 255 : 90);
        }
        ByteBuffer picture = film.buffer((long) frame * FRAME, FRAME);
        for (int y = 0; y < HEIGHT; y++) {
          picture.put(row);
        }
      }
      film.sync();
    }
  }

  /** Fetches all frames of the strip in one call, as they are far from each other. */
  private void drawStrip(MappedRegion film) throws IOException {
    film.advise(Advice.RANDOM);
    long[] offsets =
        IntStream.range(0, SHOWN).mapToLong(i -> (long) i * FRAMES / SHOWN * FRAME).toArray();
    film.advise(offsets, FRAME, Advice.WILLNEED);
    Picture strip = new Picture(SHOWN * WIDTH / 2, HEIGHT / 2);
    boolean right = true;
    for (int i = 0; i < SHOWN; i++) {
      ByteBuffer frame = film.buffer(offsets[i], FRAME);
      for (int y = 0; y < HEIGHT / 2; y++) {
        for (int x = 0; x < WIDTH / 2; x++) {
          int at = (2 * y * WIDTH + 2 * x) * 3;
          int rgb = (frame.get(at) & 255) << 16 | (frame.get(at + 1) & 255) << 8;
          strip.set(i * WIDTH / 2 + x, y, rgb | (frame.get(at + 2) & 255));
        }
      }
      int bar = barOf(i * FRAMES / SHOWN) + BAR / 2;
      right &= strip.rgb(i * WIDTH / 2 + bar / 2, HEIGHT / 4) == 0xffffff;
    }
    report.check(right, "every frame of the film shows the bar where it was");
    report.say("film      %s", strip.save("media-film.png"));
  }
}
