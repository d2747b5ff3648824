// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording is read as it was written, and an edit is in it whole or not at all. */
final class MediaTest {
  private static final String SECONDS = "24";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private Path recording = Path.of("");

  @BeforeEach
  void name() {
    recording = directory.resolve("recording.wav");
  }

  @Test
  void recordingIsDrawnPlayedAndEdited() throws Exception {
    assertEquals(0, Media.run(List.of(recording.toString(), SECONDS)));
    assertEquals(
        0, Media.run(List.of(recording.toString(), SECONDS)), "what is kept is used again");
  }

  @Test
  void recordingOfSomebodyElseIsOnlyRead() throws Exception {
    Media.run(List.of(recording.toString(), SECONDS));
    byte[] before = Files.readAllBytes(recording);
    assertEquals(0, Media.run(List.of(recording.toString())));
    assertArrayEquals(before, Files.readAllBytes(recording));
  }

  @Test
  void damagedRecordingIsAnError() throws Exception {
    Files.write(recording, "RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII));
    assertThrows(IOException.class, () -> Media.run(List.of(recording.toString())));
    Files.write(recording, new byte[4000]);
    assertThrows(IOException.class, () -> Media.run(List.of(recording.toString())));
  }

  @Test
  void recordingBeyondFourGibibytesHasItsLength() throws Exception {
    long frames = 1_100_000_000L;
    Path sparse = directory.resolve("large.wav");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      ByteBuffer head = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
      head.put("RF64....WAVEds64".getBytes(StandardCharsets.US_ASCII));
      head.putInt(28).putLong(frames * 4 + 72).putLong(frames * 4).putLong(frames).putInt(0);
      head.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
      head.putShort((short) 1).putShort((short) 2).putInt(48_000).putInt(192_000);
      head.putShort((short) 4).putShort((short) 16);
      head.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
      file.write(head.array());
      file.setLength(80 + frames * 4);
    }
    try (MappedRegion region = Mmap.map(sparse)) {
      assertEquals(new Wav(80, frames, 2, 48_000), Wav.of(region));
    }
  }

  @Test
  void editIsWholeOrNotThereAfterAKill() throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    Media.run(List.of(recording.toString(), SECONDS));
    byte[] before = Files.readAllBytes(recording);
    int halves = 0;
    for (int round = 0; round < Integer.getInteger("mmapio.test.kills", 10); round++) {
      kill(random.nextBoolean() ? "thrown away" : "was saved", random.nextInt(60));
      SoundEdit.finish(recording);
      byte[] after = Files.readAllBytes(recording);
      boolean same = Arrays.equals(before, after);
      halves += same ? 0 : 1;
      assertTrue(same || isEdited(before, after), "half an edit is in the file, round " + round);
      assertFalse(Files.exists(directory.resolve("recording.wav.redo")));
      Files.write(recording, before);
    }
    System.out.println(halves + " kills left an edit that was saved");
  }

  /** All of the ten seconds in the middle are half as loud, and nothing else is. */
  private static boolean isEdited(byte[] before, byte[] after) {
    int first = Arrays.mismatch(before, after);
    int second = 192_000;
    int from = (first - 80) / second * second + 80;
    byte[] part = Arrays.copyOfRange(before, from, from + 10 * second);
    ByteBuffer edited = ByteBuffer.wrap(after, from, 10 * second).slice();
    boolean rest =
        Arrays.mismatch(
                before, from + 10 * second, before.length, after, from + 10 * second, after.length)
            < 0;
    return rest && MediaEditShow.isHalf(part, edited.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Kills the program some time after it has said something. */
  private void kill(String after, int milliseconds) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "media",
                recording.toString(),
                SECONDS)
            .redirectErrorStream(true)
            .directory(directory.toFile())
            .start();
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.contains(after)) {
        line = output.readLine();
      }
      assertNotNull(line, "the program plays");
      process.waitFor(milliseconds, TimeUnit.MILLISECONDS); // any moment of the edits
      process.toHandle().destroyForcibly();
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    }
  }
}
