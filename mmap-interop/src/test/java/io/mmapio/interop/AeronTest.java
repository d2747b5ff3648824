// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.CncFileDescriptor;
import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Aeron's own tools, on a file of counters and errors that lies in a region: a program without a
 * driver can be looked at as if it were one.
 */
final class AeronTest {
  private static final int TO_DRIVER = 4096 + RingBufferDescriptor.TRAILER_LENGTH;
  private static final int TO_CLIENTS = 4096 + 128;
  private static final int LABELS = 64 * CountersReader.METADATA_LENGTH;
  private static final int VALUES = 64 * CountersReader.COUNTER_LENGTH;
  private static final int ERRORS = 64 << 10;

  @TempDir Path directory;

  @Test
  void aeronStatPrintsCountersOfARegion() throws Exception {
    try (MappedRegion region = region()) {
      ByteBuffer file = region.buffer();
      UnsafeBuffer metadata = described(file);
      CountersManager counters =
          new CountersManager(
              CncFileDescriptor.createCountersMetaDataBuffer(file, metadata),
              CncFileDescriptor.createCountersValuesBuffer(file, metadata));
      try (AtomicCounter counter = counters.newCounter("requests of mmap-io")) {
        counter.setOrdered(4711);
        String output = tool("io.aeron.samples.AeronStat", "watch=false");
        assertTrue(output.matches("(?s).*4,711 - requests of mmap-io.*"), output);
      }
    }
  }

  @Test
  void errorStatPrintsErrorsOfARegion() throws Exception {
    try (MappedRegion region = region()) {
      ByteBuffer file = region.buffer();
      UnsafeBuffer metadata = described(file);
      UnsafeBuffer errors = CncFileDescriptor.createErrorLogBuffer(file, metadata);
      DistinctErrorLog log = new DistinctErrorLog(errors, System::currentTimeMillis);
      log.record(new IOException("the disk of mmap-io is full"));
      String output = tool("io.aeron.samples.ErrorStat");
      assertTrue(output.contains("the disk of mmap-io is full"), output);
      assertTrue(output.contains("1 distinct errors observed"), output);
    }
  }

  private MappedRegion region() throws IOException {
    long size =
        CncFileDescriptor.computeCncFileLength(
            TO_DRIVER + TO_CLIENTS + LABELS + VALUES + ERRORS, 4096);
    Path file = Files.createFile(directory.resolve(CncFileDescriptor.CNC_FILE));
    return Mmap.file(file).access(Access.READ_WRITE).range(0, size).extend().map();
  }

  /** The header of the file: how long its parts are, and that they are ready. */
  private static UnsafeBuffer described(ByteBuffer file) {
    UnsafeBuffer metadata =
        CncFileDescriptor.createMetaDataBuffer(file.order(ByteOrder.nativeOrder()));
    CncFileDescriptor.fillMetaData(
        metadata,
        TO_DRIVER,
        TO_CLIENTS,
        LABELS,
        VALUES,
        TimeUnit.SECONDS.toNanos(10),
        ERRORS,
        System.currentTimeMillis(),
        ProcessHandle.current().pid());
    CncFileDescriptor.signalCncReady(metadata);
    return metadata;
  }

  /** Runs a tool of Aeron's in a JVM of its own; what it printed. */
  private String tool(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Daeron.dir=" + directory));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), name));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
