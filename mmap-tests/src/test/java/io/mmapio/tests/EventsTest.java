// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Budget;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of Java Flight Recorder. */
final class EventsTest {
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  @Test
  void everyCallIsAnEventWithSizeAndDuration() throws IOException {
    assumeTrue(FlightRecorder.isAvailable(), "no flight recorder in this JVM");
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    Path dump = directory.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
        region.buffer().put(0, (byte) 1);
        region.pages(0, 5000).populate(Prefault.READ);
        region.fetch(new long[] {300, 7}, 4000);
        region.sync(10, 20);
        region.advise(7, 8, Advice.WILLNEED);
        region.pages(0, 6000).evict();
      }
      assertThrows(IOException.class, () -> Mmap.file(file).range(1, SIZE).map());
      recording.stop();
      recording.dump(dump);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(dump);
    check(events, "io.mmapio.Map", file, 0, SIZE, true);
    check(events, "io.mmapio.Populate", file, 0, 5000, true);
    check(events, "io.mmapio.Fetch", file, 300, 8000, true);
    check(events, "io.mmapio.Sync", file, 10, 20, true);
    check(events, "io.mmapio.Advise", file, 7, 8, true);
    assertEquals("WILLNEED", only(events, "io.mmapio.Advise", true).getString("advice"));
    check(events, "io.mmapio.Evict", file, 0, 6000, true);
    long left = only(events, "io.mmapio.Evict", true).getLong("left");
    assertTrue(left >= 0 && left % Mmap.pageSize() == 0, () -> "left: " + left);
    check(events, "io.mmapio.Close", file, 0, SIZE, true);
    check(events, "io.mmapio.Map", file, 1, SIZE, false);
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name, boolean ok) {
    List<RecordedEvent> found =
        events.stream()
            .filter(event -> event.getEventType().getName().equals(name))
            .filter(event -> event.getBoolean("succeeded") == ok)
            .toList();
    assertEquals(1, found.size(), name + " of " + events);
    return found.get(0);
  }

  @Test
  void aRoundOfABudgetIsAnEvent() throws IOException {
    assumeTrue(FlightRecorder.isAvailable(), "no flight recorder in this JVM");
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    Path dump = directory.resolve("recording.jfr");
    try (Recording recording = new Recording();
        MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        Budget budget = Budget.of(0)) {
      recording.start();
      region.pages().populate(Prefault.READ);
      budget.add(region);
      budget.enforce();
      recording.stop();
      recording.dump(dump);
    }
    RecordedEvent event =
        RecordingFile.readAllEvents(dump).stream()
            .filter(each -> each.getEventType().getName().equals("io.mmapio.Budget"))
            .findFirst()
            .orElseThrow();
    assertEquals(0, event.getLong("limit"));
    assertTrue(event.getLong("resident") >= SIZE, event::toString);
    assertTrue(event.getLong("examined") > 0, event::toString);
  }

  private static void check(
      List<RecordedEvent> events, String name, Path file, long offset, long size, boolean ok) {
    RecordedEvent event = only(events, name, ok);
    assertEquals(file.toString(), event.getString("file"));
    assertEquals(offset, event.getLong("offset"));
    assertEquals(size, event.getLong("size"));
    assertFalse(event.getDuration().isNegative());
    assertTrue(
        event.getStackTrace().getFrames().stream()
            .anyMatch(frame -> frame.getMethod().getType().getName().endsWith("EventsTest")));
  }
}
