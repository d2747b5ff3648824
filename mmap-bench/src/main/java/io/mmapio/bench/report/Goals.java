// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import io.mmapio.bench.report.Goal.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The goals of this library; times, so the faster one stands below where more is better. */
final class Goals extends GoalList {
  private static final String LIMIT = "C++";
  private static final String VAR_HANDLE = "ours VarHandle";
  private static final String WRITE = "FileChannel direct";
  private static final String MIB_256 = "262144";

  private Goals() {}

  static List<Goal> all() {
    Goals goals = new Goals();
    goals.access();
    goals.largeFiles();
    goals.freshFiles();
    goals.mapAndClose();
    goals.calls();
    List<Goal> all = new ArrayList<>(goals.made());
    all.addAll(UseGoals.all());
    return List.copyOf(all);
  }

  private void access() {
    atLeast(
        "8-byte random store, 256 MiB in memory: C++ / ours",
        inMemory("RandomBenchmark.store", LIMIT),
        inMemory("RandomBenchmark.store", VAR_HANDLE),
        0.95);
    atLeast(
        "the same: FileChannel.write / ours",
        inMemory("RandomBenchmark.store", WRITE),
        inMemory("RandomBenchmark.store", VAR_HANDLE),
        300);
    atLeast(
        "8-byte random load, 256 MiB in memory: C++ / ours",
        inMemory("RandomBenchmark.load", LIMIT),
        inMemory("RandomBenchmark.load", VAR_HANDLE),
        0.95);
    atLeast(
        "8-byte sequential store by MemorySegment, 256 MiB in memory: C++ / ours",
        inMemory("SequentialBenchmark.store8", LIMIT),
        inMemory("SequentialBenchmark.store8", "ours MemorySegment"),
        0.95);
    Pick ours = inMemory("SequentialBenchmark.store64", VAR_HANDLE);
    atLeast(
        "64-byte sequential records, 256 MiB in memory: FileChannel.write / ours",
        inMemory("SequentialBenchmark.store64", WRITE),
        ours,
        100);
    atLeast(
        "the same: RandomAccessFile / ours",
        inMemory("SequentialBenchmark.store64", "RandomAccessFile"),
        ours,
        100);
  }

  private void largeFiles() {
    for (String method : List.of("load8", "read4K")) {
      atLeast(
          "LargeFileBenchmark." + method + ", windows: FileChannel.map / ours",
          peer("LargeFileBenchmark." + method, "FileChannel.map windows"),
          peer("LargeFileBenchmark." + method, "ours windows"),
          1);
    }
  }

  private void freshFiles() {
    atLeast(
        "4 KiB records into a fresh file of 256 MiB: FileChannel.write / ours",
        fresh("4096", WRITE),
        fresh("4096", "ours"),
        3.5);
    atLeast(
        "the same: FileChannel.map / ours",
        fresh("4096", "FileChannel.map"),
        fresh("4096", "ours"),
        1.35);
    atLeast(
        "1 MiB records into a fresh file of 256 MiB: FileChannel.write / ours",
        fresh("1048576", WRITE),
        fresh("1048576", "ours"),
        0.93);
    for (String block : List.of("65536", "1048576", "16777216")) {
      atLeast(
          "blocks of "
              + Integer.parseInt(block) / 1024
              + " KiB into a fresh file of 256 MiB: FileChannel.write / region.write",
          fresh(block, WRITE),
          fresh(block, "ours write direct"),
          1);
      atLeast(
          "the same from the heap",
          fresh(block, "FileChannel heap"),
          fresh(block, "ours write heap"),
          1);
    }
  }

  private void mapAndClose() {
    for (String kib : List.of("4", "1024", MIB_256)) {
      String size = kib.equals("4") ? "4 KiB" : kib.equals(MIB_256) ? "256 MiB" : "1 MiB";
      atMost(
          "map and close " + size + ": ours / invokeCleaner",
          closing("ours", kib),
          closing("invokeCleaner", kib),
          0.85);
      atMost(
          "with a view taken: ours / invokeCleaner",
          closing("oursWithView", kib),
          closing("invokeCleaner", kib),
          1);
      atMost(
          "with a view taken: ours / shared arena",
          closing("oursWithView", kib),
          closing("sharedArena", kib),
          0.125);
    }
    for (String kib : List.of("4", "1024")) {
      readOnly("channel", kib, "ours without descriptor", 0.95);
      readOnly("path", kib, "ours", 0.9);
      readOnly("view", kib, "ours without descriptor", 1.05);
    }
    Pick ours = Pick.of("BusyCloseBenchmark.ours", "busy", "8");
    Pick arena = Pick.of("BusyCloseBenchmark.sharedArena", "busy", "8");
    add(
        "close beside 8 busy threads, 99th percentile, in µs",
        ours,
        Optional.empty(),
        Result::p99,
        false,
        1000);
    add("the same: ours / shared arena", ours, Optional.of(arena), Result::p99, false, 0.01);
  }

  private void readOnly(String method, String kib, String ours, double bound) {
    atMost(
        "map " + kib + " KiB for reading (" + method + "), close: " + ours + " / FileChannel.map",
        Pick.of("ReadOnlyMapBenchmark." + method, "kib", kib, "peer", ours),
        Pick.of("ReadOnlyMapBenchmark." + method, "kib", kib, "peer", "FileChannel.map"),
        bound);
  }

  private void calls() {
    atLeast(
        "cold random reads: FileChannel.map / ours, RANDOM",
        cold("FileChannel.map"),
        cold("ours advised"),
        4);
    atLeast(
        "the same, prefetched in batches", cold("FileChannel.map"), cold("ours prefetched"), 12);
    atLeast(
        "the same: FileChannel.read by 16 threads / region.read by one, with a Prefetcher",
        cold("FileChannel.read, 16 threads"),
        cold("ours Prefetcher, read"),
        1);
    for (String other : List.of("FileChannel.read", "FileChannel.map")) {
      atLeast(
          "a cold file in a row: " + other + " / region.read",
          peer("ColdReadBenchmark.sequential", other),
          peer("ColdReadBenchmark.sequential", "ours read"),
          1.2);
    }
    atLeast(
        "1 % of the pages of 1 GiB changed and synced: FileChannel.write and force / region.write and sync",
        peer("DirtyPagesBenchmark.changeAndSync", "FileChannel.write"),
        peer("DirtyPagesBenchmark.changeAndSync", "ours write"),
        1.5);
    atMost(
        "sync of one dirty page: ours / C++ msync",
        Pick.of("SyncBenchmark.ours", "kib", "4"),
        Pick.of("SyncBenchmark.limit", "kib", "4"),
        1.05);
    Pick with = Pick.of("AsyncBenchmark.whole", "async", "true");
    Pick without = Pick.of("AsyncBenchmark.whole", "async", "false");
    add(
        "DURABLE at the end of 256 MiB: with ASYNC on the way / without",
        with,
        Optional.of(without),
        Result::last,
        false,
        0.1);
    atMost("the whole of it", with, without, 0.9);
    atMost(
        "incore of 1 GiB: ours / C++ mincore",
        Pick.of("CallBenchmark.incoreOurs", "kib", "1048576"),
        Pick.of("CallBenchmark.incoreLimit", "kib", "1048576"),
        1.1);
    for (String touch : List.of("reading", "writing")) {
      atLeast(
          "grow a warm 64 MiB to 128 MiB and touch it by "
              + touch
              + ": unmapping and mapping / ours",
          Pick.of("GrowBenchmark.fileChannelUnmapAndMap", "touch", touch),
          Pick.of("GrowBenchmark.oursGrow", "touch", touch),
          5);
    }
  }

  private static Pick inMemory(String benchmark, String peer) {
    return Pick.of(benchmark, "kib", MIB_256, "peer", peer);
  }

  private static Pick fresh(String record, String peer) {
    return Pick.of("FreshFileBenchmark.fill", "record", record, "kib", MIB_256, "peer", peer);
  }

  private static Pick closing(String method, String kib) {
    return Pick.of("MapAndCloseBenchmark." + method, "kib", kib);
  }

  private static Pick cold(String peer) {
    return Pick.of("ColdReadBenchmark.random", "peer", peer);
  }
}
