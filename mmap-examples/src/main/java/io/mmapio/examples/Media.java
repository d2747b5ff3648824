// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A recording of any length: draws its waveform and spectrogram, plays short parts from anywhere,
 * and edits it with a preview that is thrown away or saved. At the end, shows frames of a film.
 *
 * <p>{@code media [FILE.wav]}: without a file, a recording of 1 GiB is made, with a note that rises
 * and fades for 100 seconds, over and over. {@code media FILE.wav SECONDS} makes one that is kept.
 * A file that was there before is only read.
 */
final class Media {
  static final int RATE = 48_000;
  static final int CHANNELS = 2;
  static final int NOTES = 100;

  private static final int COLUMNS = 1024;
  private static final int ROWS = 256;
  private static final int PIECE = 1024;
  private static final int LOUDEST = 16_000;
  private static final int SCRUBS = 1000;
  private static final int BATCH = 50;

  private final Report report = new Report();
  private final Path path;
  private final StopSignal stop;
  private final boolean generated;

  private Media(Path path, boolean generated, StopSignal stop) {
    this.path = path;
    this.generated = generated;
    this.stop = stop;
  }

  static int run(List<String> arguments) throws IOException {
    boolean temporary = arguments.isEmpty();
    Path path = temporary ? Files.createTempDirectory("mmap-media") : Path.of(arguments.get(0));
    path = temporary ? path.resolve("recording.wav") : path;
    boolean generated = temporary || arguments.size() > 1;
    long seconds = arguments.size() > 1 ? Long.parseLong(arguments.get(1)) : 5592;
    StopSignal stop = StopSignal.listen();
    try {
      return new Media(path, generated, stop).show(seconds);
    } finally {
      if (temporary) {
        MediaFiles.delete(path);
      }
      stop.finished();
    }
  }

  private int show(long seconds) throws IOException {
    SoundEdit.finish(path);
    if (generated && !Files.exists(path)) {
      generate(seconds);
    }
    try (MappedRegion region = Mmap.map(path)) {
      Wav wav = Wav.of(region);
      report.say(
          "recording %s, %,d bytes, %,d s, %d channels",
          path, region.size(), wav.frames() / wav.rate(), wav.channels());
      if (wav.frames() < PIECE) {
        throw new IOException("the recording is too short for a picture");
      }
      drawWaveform(region, wav);
      drawSpectrogram(region, wav);
      scrub(region, wav);
    }
    if (generated && !stop.requested()) {
      new MediaEditShow(path, report).show();
      new Film(report).show();
    }
    if (stop.requested()) {
      report.say("stopped   as asked");
    }
    return report.exitCode();
  }

  /** One second of a note, both channels. */
  static byte[] note(int number) {
    ByteBuffer second =
        ByteBuffer.allocate(RATE * CHANNELS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double loudness = LOUDEST * (NOTES - number) / (double) NOTES;
    for (int i = 0; i < RATE; i++) {
      double phase = 2 * Math.PI * hertz(number) * i / RATE;
      short sample = (short) Math.round(loudness * Math.sin(phase));
      second.putShort(sample).putShort((short) (sample / 2));
    }
    return second.array();
  }

  static int hertz(int number) {
    return 400 + 100 * number;
  }

  private void generate(long seconds) throws IOException {
    byte[][] notes = new byte[NOTES][];
    for (int i = 0; i < NOTES; i++) {
      notes[i] = note(i);
    }
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(draft); // of a run that was killed
    try (MappedRegion region = Wav.create(draft, seconds * RATE, CHANNELS, RATE)) {
      Wav wav = Wav.of(region);
      for (long second = 0; second < seconds && !stop.requested(); second++) {
        byte[] note = notes[(int) (second % NOTES)];
        region.buffer(wav.at(second * RATE), note.length).put(note);
        report.progress("recording", second, seconds);
      }
    }
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads all of the file once, in a row, which the read-ahead of the kernel does best. */
  private void drawWaveform(MappedRegion region, Wav wav) throws IOException {
    Picture picture = new Picture(COLUMNS, ROWS);
    MediaFiles.makeCold(region);
    long begin = System.nanoTime();
    int highest = 0;
    for (int x = 0; x < COLUMNS && !stop.requested(); x++) {
      int[] range = range(region, wav, frame(wav, x), frame(wav, x + 1));
      for (int sample = range[0] >> 8; sample <= range[1] >> 8; sample++) {
        picture.set(x, ROWS / 2 - 1 - sample, 0x4caf50);
      }
      highest = Math.max(highest, range[1]);
      report.progress("drawing the waveform", x, COLUMNS);
    }
    report.say(
        "waveform  %.2f s for %,d MiB, %s",
        (System.nanoTime() - begin) / 1e9, region.size() >> 20, picture.save("media-waveform.png"));
    report.check(
        !generated || stop.requested() || highest == LOUDEST, "the loudest sample is found");
  }

  private static long frame(Wav wav, int column) {
    return wav.frames() / COLUMNS * Math.min(column, COLUMNS);
  }

  /** The lowest and the highest sample of the first channel. */
  private static int[] range(MappedRegion region, Wav wav, long from, long to) {
    int low = Short.MAX_VALUE;
    int high = Short.MIN_VALUE;
    int step = wav.frameBytes();
    long bytes = (to - from) * step;
    int window = MediaFiles.WINDOW / step * step;
    for (long done = 0; done < bytes; done += window) {
      long length = Math.min(bytes - done, window);
      ByteBuffer samples = region.buffer(wav.at(from) + done, length);
      samples.order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < samples.capacity(); at += step) {
        short sample = samples.getShort(at);
        low = Math.min(low, sample);
        high = Math.max(high, sample);
      }
    }
    return new int[] {low, high};
  }

  private void drawSpectrogram(MappedRegion region, Wav wav) throws IOException {
    Picture picture = new Picture(COLUMNS, ROWS);
    Spectrum spectrum = new Spectrum(PIECE);
    int wrong = 0;
    for (int x = 0; x < COLUMNS && !stop.requested(); x++) {
      long frame = Math.min(frame(wav, x), wav.frames() - PIECE);
      double[] strength = spectrum.of(MediaFiles.samples(region, wav, frame, PIECE));
      int strongest = 0;
      for (int i = 1; i < strength.length; i++) {
        strongest = strength[i] > strength[strongest] ? i : strongest;
      }
      for (int y = 0; y < ROWS; y++) {
        picture.set(x, ROWS - 1 - y, MediaFiles.heat(strength[y * strength.length / ROWS]));
      }
      boolean inOneNote = frame % RATE + PIECE <= RATE;
      int expected = hertz((int) (frame / RATE % NOTES)) * PIECE / RATE;
      wrong += generated && inOneNote && Math.abs(strongest - expected) > 1 ? 1 : 0;
    }
    report.check(wrong == 0, "the strongest frequency is that of the note");
    report.say("spectrum  %s", picture.save("media-spectrogram.png"));
  }

  /** Plays parts from anywhere: the next parts are fetched in one call while one is played. */
  private void scrub(MappedRegion region, Wav wav) throws IOException {
    long[] parts = new long[SCRUBS];
    Random random = new Random(1);
    for (int i = 0; i < SCRUBS; i++) {
      parts[i] = wav.at((long) (random.nextDouble() * (wav.frames() - PIECE)));
    }
    int length = PIECE * wav.frameBytes();
    double oneByOne = play(region, parts, length, SCRUBS);
    double batched = play(region, parts, length, BATCH);
    report.say(
        String.format(
            Locale.ROOT,
            "scrubbing %d parts from anywhere, %s: %.0f ms one by one, %.0f ms fetched %d at a time",
            SCRUBS,
            Feature.EVICT.isSupported() ? "not in memory" : "in memory",
            oneByOne,
            batched,
            BATCH));
  }

  private double play(MappedRegion region, long[] parts, int length, int batch) throws IOException {
    MediaFiles.makeCold(region);
    region.advise(Advice.RANDOM);
    byte[] part = new byte[length];
    long begin = System.nanoTime();
    for (int i = 0; i < parts.length && !stop.requested(); i++) {
      if (batch < parts.length && i % batch == 0) {
        long[] next = Arrays.copyOfRange(parts, i, Math.min(i + batch, parts.length));
        region.advise(next, length, Advice.WILLNEED);
      }
      region.buffer(parts[i], length).get(part);
    }
    region.advise(Advice.NORMAL);
    return (System.nanoTime() - begin) / 1e6;
  }
}
