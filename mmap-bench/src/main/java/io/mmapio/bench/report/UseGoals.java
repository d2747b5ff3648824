// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import io.mmapio.bench.report.Goal.Pick;
import java.util.List;

/** The goals of small calls, of messages and of the programs that use this library. */
final class UseGoals extends GoalList {
  private UseGoals() {}

  static List<Goal> all() {
    UseGoals goals = new UseGoals();
    goals.windows();
    goals.messages();
    goals.uses();
    return goals.made();
  }

  private void windows() {
    for (String region : List.of("read-write", "guarded", "read-only")) {
      Pick ours = Pick.of("WindowBenchmark.ours", "region", region);
      atMost(
          "a window of 4 KiB, " + region + ": ours / slice of a MappedByteBuffer",
          ours,
          Pick.of("WindowBenchmark.slice", "region", region),
          2);
      atMost(
          "the same: time of one in two threads / in one",
          Pick.of("WindowBenchmark.oursTwice", "region", region),
          ours,
          2 / 1.8);
    }
    atMost(
        "incore of one page: ours / C++ mincore",
        Pick.of("CallBenchmark.incoreOurs", "kib", "4"),
        Pick.of("CallBenchmark.incoreLimit", "kib", "4"),
        1.3);
    for (String call : List.of("advise", "read")) {
      for (String threads : List.of("", "Twice")) {
        atMost(
            (call.equals("advise") ? "advice for a page" : "checked read of 8 bytes")
                + (threads.isEmpty() ? "" : ", two threads on one region")
                + ": ours / C++",
            Pick.of("SharedCallBenchmark." + call + "Ours" + threads),
            Pick.of("SharedCallBenchmark." + call + "Limit" + threads),
            1.3);
      }
    }
  }

  private void messages() {
    String trip = "RoundTripBenchmark.roundTrip";
    atMost(
        "round trip between processes that spin: ours with Agrona's ring / Aeron IPC",
        peer(trip, "ours, Agrona ring"),
        peer(trip, "Aeron IPC"),
        0.8);
    for (String other : List.of("pipe", "Unix domain socket", "Chronicle Queue, Pauser")) {
      atMost(
          "round trip between processes that sleep: ours / " + other,
          peer(trip, "ours, await and wake"),
          peer(trip, other),
          0.7);
    }
    for (String other : List.of("Aeron IPC", "Chronicle Queue", "Unix domain socket")) {
      atLeast(
          "messages of 64 bytes, one way: " + other + " / ours with Agrona's ring",
          peer("ThroughputBenchmark.oneWay", other),
          peer("ThroughputBenchmark.oneWay", "ours, Agrona ring"),
          1);
    }
  }

  private void uses() {
    others("TilesBenchmark.editAndSync", 20, "FileChannel.write", "RandomAccessFile");
    others("CacheBenchmark.get", 1, "RandomAccessFile", "H2 MVStore", "LMDB");
    others("MediaBenchmark.waveform", 1.2, "FileChannel.read", "FileChannel.map");
    for (String other : List.of("FileChannel.read", "FileChannel.map")) {
      atLeast(
          "MediaBenchmark.scrub: " + other + " / ours, blocks",
          peer("MediaBenchmark.scrub", other),
          peer("MediaBenchmark.scrub", "ours, blocks"),
          8);
    }
  }

  private void others(String benchmark, double bound, String... others) {
    for (String other : others) {
      atLeast(
          benchmark + ": " + other + " / ours",
          peer(benchmark, other),
          peer(benchmark, "ours"),
          bound);
    }
  }
}
