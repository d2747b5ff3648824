// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a benchmark answers, and who answers it: a parameter or the method names the peer, all other
 * parameters make charts of their own.
 *
 * @param benchmark class and the beginning of methods
 * @param title above the chart
 * @param note below it
 * @param baseline to what the others are compared, where it was measured; else it is ours
 * @param methods names of peers by method; empty if the parameter {@code peer} has them
 */
record Question(
    String benchmark, String title, String note, String baseline, Map<String, String> methods) {
  private static final String LIMIT = "C++";
  private static final String OURS = "ours";
  private static final String IN_MEMORY = "The file is in memory. Time per operation.";
  private static final String FRESH =
      "All costs in: storage, mapping, writing, unmapping. Time per file. “Ours” is extend() and"
          + " HUGEPAGE.";

  private static final String WINDOWS = "Windows: an array of buffers of 1 GiB, as on JDK 17.";

  static final List<Question> ALL =
      List.of(
          byPeer("RandomBenchmark.store", "Store 8 bytes anywhere", IN_MEMORY),
          byPeer("RandomBenchmark.load", "Load 8 bytes from anywhere", IN_MEMORY),
          byPeer("SequentialBenchmark.store8", "Store 8 bytes after another", IN_MEMORY),
          byPeer("SequentialBenchmark.store64", "Store records of 64 bytes in a row", IN_MEMORY),
          byPeer("SequentialBenchmark.store4K", "Store records of 4 KiB in a row", IN_MEMORY),
          byPeer("SequentialBenchmark.store1M", "Store records of 1 MiB in a row", IN_MEMORY),
          byPeer("FreshFileBenchmark.fill", "Fill an empty file", FRESH),
          new Question(
              "MapAndCloseBenchmark.",
              "Map an open file and close it, untouched",
              "invokeCleaner is what libraries do, and unsafe; a shared arena is as safe as ours.",
              LIMIT,
              Map.of(
                  "limit", "C++ mmap, munmap",
                  "ours", OURS,
                  "oursWithView", "ours, a view taken",
                  "invokeCleaner", "FileChannel.map, invokeCleaner",
                  "sharedArena", "FileChannel.map, shared arena",
                  "confinedArena", "FileChannel.map, confined arena")),
          byPeer("LargeFileBenchmark.load8", "Load 8 bytes from anywhere in 8 GiB", WINDOWS),
          byPeer("LargeFileBenchmark.read4K", "Copy 4 KiB from anywhere in 8 GiB", WINDOWS),
          byPeer("ReadOnlyMapBenchmark.channel", "Map an open file for reading", "Untouched."),
          byPeer("ReadOnlyMapBenchmark.path", "Map a file by its name for reading", "Untouched."),
          byPeer("ReadOnlyMapBenchmark.view", "Map an open file for reading, with a view", ""),
          new Question(
              "BusyCloseBenchmark.",
              "Close while other threads compute",
              "Medians; the 99th percentiles are among the goals.",
              OURS,
              Map.of("ours", OURS, "sharedArena", "shared arena")),
          new Question(
              "SyncBenchmark.",
              "Have a change on stable storage",
              "The change and the sync.",
              LIMIT,
              Map.of(
                  "limit", "C++ msync",
                  "ours", OURS,
                  "force", "MappedByteBuffer.force",
                  "writeAndForce", "FileChannel.write, force")),
          new Question(
              "AsyncBenchmark.whole",
              "Write 256 MiB and have it on stable storage",
              "With write-back started after each 8 MiB by ASYNC, and without.",
              OURS,
              Map.of()),
          calls("CallBenchmark.advise", "advise: NORMAL", "adviseLimit", "adviseOurs"),
          calls(
              "CallBenchmark.incore|CallBenchmark.isLoaded",
              "incore: all in memory",
              "incoreLimit",
              "incoreOurs"),
          new Question(
              "WindowBenchmark.",
              "A window of 4 KiB anywhere in 64 MiB",
              "Time per window; the slice is of one MappedByteBuffer.",
              OURS,
              Map.of(
                  "ours", OURS,
                  "oursTwice", "ours, two threads",
                  "slice", "slice",
                  "sliceTwice", "slice, two threads")),
          shared("advise", "Advice for one page, on one region", "madvise"),
          shared("read", "Read 8 bytes by checked()", "process_vm_readv"),
          byPeer(
              "ColdReadBenchmark.random",
              "Read 2000 blocks of 4 KiB anywhere in 512 MiB that is not in memory",
              "Advised: RANDOM. Prefetched: and WILLNEED for 32 blocks in one call."
                  + " Prefetcher: 256 blocks ahead; read: by region.read instead of a view."),
          byPeer(
              "ColdReadBenchmark.sequential",
              "Read 512 MiB in a row that is not in memory",
              "Advised: SEQUENTIAL. Prefetched: populated 8 MiB at a time."),
          new Question(
              "GrowBenchmark.",
              "Grow a warm mapping of 64 MiB to 128 MiB and touch the old part again",
              "The file has its storage already.",
              OURS,
              Map.of(
                  "oursGrow", OURS,
                  "oursCloseAndMap", "ours, closed and mapped anew",
                  "fileChannelUnmapAndMap", "FileChannel, unmapped and mapped anew")),
          byPeer(
              "DirtyPagesBenchmark.changeAndSync",
              "Change one page in a hundred of 1 GiB, anywhere, and sync",
              "The file was written in large blocks."),
          bySize("mapAndClose", "Map and close a sparse file"),
          bySize("closeWithView", "Map it, take a view, close"),
          bySize("firstTouch", "Map it, touch a page that is in memory, close"),
          bySize("syncOnePage", "Change a page, sync the whole region"),
          bySize("incore", "incore of the whole region, one page in memory"),
          bySize("growAndShrink", "Grow by a page, shrink by a page"),
          byPeer(
              "OpenRegionsBenchmark.mapAndClose",
              "Map and close a page while regions are open",
              "How many are open stands at the bars."),
          byPeer(
              "OpenRegionsBenchmark.closeWithView",
              "The same, with a view",
              "How many are open stands at the bars."),
          byPeer("StartBenchmark.start", "Start a JVM that maps a file", "The whole process."),
          byPeer(
              "FaultThreadsBenchmark.touch",
              "Store to each page of a new file of 256 MiB",
              "The number of threads stands at the bars."),
          byPeer(
              "RoundTripBenchmark.roundTrip",
              "A number to another process and back",
              "Both spin, but those who await, read a socket or a pipe, or pause."),
          byPeer(
              "ThroughputBenchmark.oneWay",
              "Messages of 64 bytes to another process",
              "Time per message."),
          byPeer(
              "TilesBenchmark.editAndSync",
              "A million edits of a game map in memory, then sync",
              "64 players edit chunks near them."),
          byPeer(
              "CacheBenchmark.get",
              "Get 256 bytes from a cache in memory that four processes read",
              "Time per value."),
          byPeer(
              "MediaBenchmark.waveform",
              "The waveform of a recording of 2 GiB that is not in memory",
              "Fetched ahead: WILLNEED for the next 32 MiB."),
          byPeer(
              "MediaBenchmark.scrub",
              "1,000 short parts from anywhere in a recording of 2 GiB that is not in memory",
              "Ours fetches 50 parts in one call. Blocks: by a Prefetcher and region.read."));

  private static Question byPeer(String benchmark, String title, String note) {
    return new Question(benchmark, title, note, LIMIT, Map.of());
  }

  private static Question bySize(String method, String title) {
    return byPeer("ScaleBenchmark." + method, title, "The size of the region stands at the bars.");
  }

  private static Question calls(String benchmark, String title, String limit, String ours) {
    return new Question(
        benchmark,
        title,
        "Time per call.",
        LIMIT,
        Map.of(limit, "C++", ours, OURS, "isLoaded", "MappedByteBuffer.isLoaded"));
  }

  private static Question shared(String call, String title, String limit) {
    return new Question(
        "SharedCallBenchmark." + call,
        title,
        "Time per call and thread.",
        "C++ " + limit,
        Map.of(
            call + "Ours",
            OURS,
            call + "OursTwice",
            "ours, two threads",
            call + "Limit",
            "C++ " + limit,
            call + "LimitTwice",
            "C++ " + limit + ", two threads"));
  }

  static boolean isOurs(Result result) {
    return ALL.stream().filter(q -> q.asks(result)).anyMatch(q -> q.peer(result).startsWith(OURS));
  }

  boolean asks(Result result) {
    return List.of(benchmark.split("\\|")).stream().anyMatch(result.benchmark()::startsWith);
  }

  String peer(Result result) {
    String async = result.params().get("async");
    if (async != null) {
      return async.equals("true") ? "ours, ASYNC on the way" : OURS;
    }
    String method = result.benchmark().substring(result.benchmark().indexOf('.') + 1);
    return result.params().getOrDefault("peer", methods.getOrDefault(method, method));
  }

  /** The chart that a result belongs to: what is left of its parameters, as people say it. */
  static String variant(Result result) {
    Map<String, String> rest = new TreeMap<>(result.params());
    rest.remove("peer");
    rest.remove("async");
    StringBuilder text = new StringBuilder();
    rest.forEach((name, value) -> text.append(" · ").append(spoken(name, value)));
    return text.toString();
  }

  private static String spoken(String name, String value) {
    Map<String, Function<String, String>> names =
        Map.of(
            "kib", kib -> size(Long.parseLong(kib)),
            "busy", count -> count + " threads compute",
            "record", record -> record.equals("8 random") ? "8 bytes anywhere" : bytes(record));
    return names.getOrDefault(name, v -> name + " " + v).apply(value);
  }

  private static String bytes(String record) {
    long length = Long.parseLong(record);
    return "records of " + (length < 1024 ? length + " bytes" : size(length >> 10));
  }

  private static String size(long kib) {
    if (kib < 1024) {
      return kib + " KiB";
    }
    return kib < 1 << 20 ? (kib >> 10) + " MiB" : kib / (double) (1 << 20) + " GiB";
  }
}
