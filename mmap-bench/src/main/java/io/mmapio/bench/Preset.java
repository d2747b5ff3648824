// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Which benchmarks are run with which parameters, and how long. */
final class Preset {
  /**
   * What the peers need: Chronicle and LMDB look into the JDK; JDK 24 and later warn without these.
   */
  private static final String[] FLAGS = {
    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
    "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "-Dchronicle.announcer.disable=true",
  };

  private static final boolean SEGMENTS = Runtime.version().feature() >= 22;
  private static final String[] MAPPED_PEERS = {
    Targets.VAR_HANDLE, Targets.BUFFER, Targets.JDK_BUFFER, Targets.AGRONA, Targets.CHRONICLE
  };
  private static final String[] SLOW_PEERS = {
    Targets.CHANNEL_DIRECT, Targets.CHANNEL_HEAP, Targets.RANDOM_ACCESS_FILE
  };

  private final List<Options> runs = new ArrayList<>();
  private final boolean full;
  private final int forks;

  private Preset(boolean full, int forks) {
    this.full = full;
    this.forks = forks;
  }

  static List<Options> quick() {
    Preset preset = new Preset(false, 1);
    preset.inMemory("RandomBenchmark", "262144", preset.peers(Targets.CHANNEL_DIRECT));
    preset.inMemory(
        "SequentialBenchmark.(store8|store64)", "262144", preset.peers(Targets.CHANNEL_DIRECT));
    preset.fresh(
        "4096", 256 << 10, Targets.LIMIT, Targets.OURS, Targets.JDK_BUFFER, Targets.CHANNEL_DIRECT);
    preset.fresh(
        "1048576",
        256 << 10,
        Targets.LIMIT,
        Targets.OURS,
        Targets.BLOCKS,
        Targets.JDK_BUFFER,
        Targets.CHANNEL_DIRECT);
    preset.add(preset.all("MapAndCloseBenchmark"), o -> o.param("kib", "1024"));
    preset.add(preset.all("SyncBenchmark"), o -> o.param("kib", "4"));
    preset.add(preset.all("[.]CallBenchmark"), o -> o.param("kib", "4"));
    preset.add("WindowBenchmark", o -> o.param("region", "read-write"));
    preset.add("ColdReadBenchmark.random", o -> o);
    return preset.runs;
  }

  /**
   * Returns everything.
   *
   * @param forks JVMs for each figure, which come one after another in {@link Rounds}
   */
  static List<Options> full(int forks) {
    Preset preset = new Preset(true, forks);
    for (String kib : List.of("256", "262144")) {
      preset.inMemory("RandomBenchmark", kib, preset.peers(SLOW_PEERS));
      preset.inMemory(
          "SequentialBenchmark.(store8|store64|store4K)", kib, preset.peers(SLOW_PEERS));
    }
    preset.inMemory("SequentialBenchmark.store1M", "262144", preset.peers(SLOW_PEERS));
    preset.inMemory(
        "(RandomBenchmark|SequentialBenchmark.(store8|store4K|store1M))", "2621440", large());
    preset.freshFiles();
    preset.add(preset.all("MapAndCloseBenchmark"), o -> o);
    preset.add(preset.all("BusyCloseBenchmark"), o -> o);
    preset.add(
        "(LargeFileBenchmark|ReadOnlyMapBenchmark|SyncBenchmark|AsyncBenchmark|CallBenchmark|WindowBenchmark|ColdReadBenchmark|GrowBenchmark|RoundTripBenchmark|ThroughputBenchmark"
            + "|DirtyPagesBenchmark|FaultThreadsBenchmark|ScaleBenchmark"
            + "|OpenRegionsBenchmark|StartBenchmark|TilesBenchmark|CacheBenchmark|MediaBenchmark|CommitBenchmark)",
        o -> o);
    if (BackendBenchmark.isAvailable()) {
      preset.add("BackendBenchmark", o -> o);
    }
    return preset.runs;
  }

  /** JMH's own command line, with what the peers need. */
  static Options withFlags(Options commandLine) {
    return new OptionsBuilder().parent(commandLine).jvmArgsAppend(flags()).build();
  }

  private void freshFiles() {
    String[] mapped = concat(new String[] {Targets.LIMIT, Targets.OURS}, MAPPED_FRESH);
    fresh("8 random", 16 << 10, concat(mapped, SLOW_PEERS));
    fresh("8", 16 << 10, concat(mapped, SLOW_PEERS));
    fresh("64", 64 << 10, concat(mapped, SLOW_PEERS));
    fresh("4096", 1 << 10, concat(mapped, SLOW_PEERS));
    String[] variants = {Targets.POPULATED, Targets.EXTENDED, Targets.SPARSE};
    fresh("4096", 256 << 10, concat(concat(mapped, variants), SLOW_PEERS));
    for (String block : List.of("65536", "1048576", "16777216")) {
      fresh(block, 256 << 10, concat(concat(mapped, concat(variants, BLOCKS)), SLOW_PEERS));
    }
    String[] large = {Targets.LIMIT, Targets.OURS, Targets.JDK_WINDOWS, Targets.CHRONICLE};
    fresh("1048576", 2560 << 10, concat(large, SLOW_PEERS));
  }

  private static final String[] BLOCKS = {Targets.BLOCKS, Targets.BLOCKS_HEAP};

  private static final String[] MAPPED_FRESH = {
    Targets.JDK_BUFFER, Targets.AGRONA, Targets.CHRONICLE
  };

  /** The limit, everything mapped, and some that are not. */
  private String[] peers(String... slow) {
    String[] peers = concat(new String[] {Targets.LIMIT}, MAPPED_PEERS);
    if (SEGMENTS) {
      peers = concat(peers, Targets.SEGMENT, Targets.JDK_SEGMENT);
    }
    return concat(peers, slow);
  }

  /** What reaches beyond 2 GiB. */
  private static String[] large() {
    String[] peers = {
      Targets.LIMIT, Targets.WINDOWS, Targets.JDK_WINDOWS, Targets.CHRONICLE, Targets.CHANNEL_DIRECT
    };
    return SEGMENTS ? concat(peers, Targets.SEGMENT, Targets.JDK_SEGMENT) : peers;
  }

  /** Many of them, so they are kept short: what they measure settles in a second. */
  private void inMemory(String include, String kib, String... peers) {
    TimeValue time = TimeValue.milliseconds(200);
    add(
        include,
        o ->
            o.param("kib", kib)
                .param("peer", available(peers))
                .warmupTime(time)
                .measurementTime(time));
  }

  private void fresh(String record, int kib, String... peers) {
    add(
        "FreshFileBenchmark",
        o ->
            o.param("record", record)
                .param("kib", Integer.toString(kib))
                .param("peer", available(peers)));
  }

  /** All methods of a class that this JDK and this machine can run. */
  private String all(String type) {
    String without = SEGMENTS ? "" : "(?!.*Arena)";
    return without + (Native.isAvailable() ? "" : "(?!.*[lL]imit)") + ".*" + type;
  }

  private static String[] available(String... peers) {
    List<String> some = new ArrayList<>(List.of(peers));
    if (!Native.isAvailable()) {
      some.remove(Targets.LIMIT);
    }
    return some.toArray(String[]::new);
  }

  private void add(String include, UnaryOperator<ChainedOptionsBuilder> more) {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include(include).jvmArgsAppend(flags()).forks(forks);
    if (!full) {
      options
          .warmupIterations(1)
          .measurementIterations(3)
          .warmupTime(TimeValue.milliseconds(300))
          .measurementTime(TimeValue.milliseconds(300));
    }
    runs.add(more.apply(options).build());
  }

  private static String[] flags() {
    List<String> flags = new ArrayList<>(List.of(FLAGS));
    flags.add("-Xms512m");
    flags.add("-Xmx512m");
    if (SEGMENTS) {
      flags.add("--enable-native-access=ALL-UNNAMED");
    }
    if (Runtime.version().feature() >= 23) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags.toArray(String[]::new);
  }

  private static String[] concat(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
