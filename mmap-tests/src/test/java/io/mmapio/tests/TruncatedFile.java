// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** A program that touches mapped pages which the file has lost, and says what came of each kind. */
final class TruncatedFile {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TruncatedFile() {}

  /** A call of the region. */
  @FunctionalInterface
  private interface Call {
    Object on(MappedRegion region) throws IOException;
  }

  private static final Map<String, Call> CALLS =
      Map.of(
          "incore",
          MappedRegion::incore,
          "advise",
          region -> region.advise(Advice.WILLNEED),
          "advise DONTNEED",
          region -> region.advise(Advice.DONTNEED),
          "fetch",
          TruncatedFile::fetch,
          "fetchAsync",
          TruncatedFile::fetchAsync,
          "await",
          TruncatedFile::await,
          "awaitLong",
          TruncatedFile::awaitLong,
          "wake",
          TruncatedFile::wake,
          "sync",
          region -> sync(region, SyncMode.DURABLE),
          "sync ASYNC",
          region -> sync(region, SyncMode.ASYNC));

  private static Object fetch(MappedRegion region) throws IOException {
    region.fetch(new long[] {4, 8}, 9);
    return "done";
  }

  private static Object fetchAsync(MappedRegion region) throws IOException {
    try {
      return region.fetchAsync(0, region.size()).get();
    } catch (InterruptedException e) {
      throw new IOException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }
  }

  private static String sync(MappedRegion region, SyncMode mode) throws MmapException {
    region.sync(mode);
    return "done";
  }

  private static Object await(MappedRegion region) throws IOException {
    try {
      return region.signals().await(4, 0, TIMEOUT);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Object awaitLong(MappedRegion region) throws IOException {
    try {
      return region.signals().awaitLong(8, 0, TIMEOUT);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String wake(MappedRegion region) throws MmapException {
    region.signals().wake(4);
    return "done";
  }

  static List<String> calls() {
    return List.copyOf(CALLS.keySet());
  }

  /** Arguments: the file, how often to touch before truncating, and the kinds. */
  public static void main(String[] arguments) throws Throwable {
    Path file = Path.of(arguments[0]);
    int times = Integer.parseInt(arguments[1]);
    byte[] content = Files.readAllBytes(file);
    ByteBuffer same = ByteBuffer.allocateDirect(content.length).put(content).clear();
    byte marker = 7;
    Map<String, Touch<ByteBuffer>> touches = new LinkedHashMap<>();
    try (FileChannel scratch =
        FileChannel.open(
            file.resolveSibling("scratch"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      touches.putAll(new BufferTouches(marker, same).kinds());
      touches.putAll(new NativeTouches(marker, scratch).kinds());
      for (String kind : List.of(arguments).subList(2, arguments.length)) {
        Files.write(file, content);
        System.out.println(kind + ": " + truncateAndTouch(file, touches.get(kind), times));
      }
    }
    Files.write(file, content);
    truncateAndCall(file);
    System.out.println("done");
  }

  private static String truncateAndTouch(Path file, Touch<ByteBuffer> touch, int times)
      throws Throwable {
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer view = region.buffer();
      for (int i = 0; i < times; i++) {
        touch.on(view);
      }
      truncate(file);
      return attempt(touch, view);
    }
  }

  private static void truncate(Path file) throws IOException {
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      other.truncate(0);
    }
  }

  private static String attempt(Touch<ByteBuffer> touch, ByteBuffer view) throws Throwable {
    try {
      long result = touch.on(view);
      System.gc(); // on JDK 17 the error may be raised only when the thread next meets the JVM
      return "result " + result;
    } catch (InternalError | IOException e) {
      return e.toString();
    }
  }

  private static void truncateAndCall(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.buffer().put(0, (byte) 1); // so that there is something to sync
      truncate(file);
      for (Map.Entry<String, Call> call : CALLS.entrySet()) {
        System.out.println(call.getKey() + ": " + attempt(call.getValue(), region));
      }
    }
  }

  private static String attempt(Call call, MappedRegion region) throws IOException {
    try {
      return "returned " + call.on(region);
    } catch (MmapException e) {
      return e.toString();
    }
  }
}
