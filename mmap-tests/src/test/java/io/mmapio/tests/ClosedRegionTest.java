// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Allocation;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import io.mmapio.SyncOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a region still answers after it was closed, and what it refuses. */
final class ClosedRegionTest {
  /** The methods that do something, by name and parameters. */
  private static final Map<String, Use> REFUSED =
      Map.ofEntries(
          Map.entry("buffer()", MappedRegion::buffer),
          Map.entry("buffer(long,long)", region -> region.buffer(0, 1)),
          Map.entry("as(Class)", region -> region.as(ByteBuffer.class)),
          Map.entry("as(Class,long,long)", region -> region.as(ByteBuffer.class, 0, 1)),
          Map.entry("as(Class,long,long,AutoCloseable)", ClosedRegionTest::bufferInAnArena),
          Map.entry("address()", MappedRegion::address),
          Map.entry("read(long,ByteBuffer)", region -> region.read(0, ByteBuffer.allocate(0))),
          Map.entry("write(long,ByteBuffer)", region -> region.write(0, ByteBuffer.allocate(0))),
          Map.entry(
              "transferFrom(ReadableByteChannel,long,long)",
              region -> region.transferFrom(newReader(), 0, 0)),
          Map.entry(
              "transferTo(long,long,WritableByteChannel)",
              region -> region.transferTo(0, 0, newWriter())),
          Map.entry("isResident()", MappedRegion::isResident),
          Map.entry("isResident(long,long)", region -> region.isResident(0, 1)),
          Map.entry("advise(Advice)", region -> region.advise(Advice.RANDOM)),
          Map.entry("advise(long,long,Advice)", region -> region.advise(0, 1, Advice.NORMAL)),
          Map.entry(
              "advise(long[],long,Advice)",
              region -> region.advise(new long[] {0}, 0, Advice.NORMAL)),
          Map.entry("fetch(long,long)", region -> region.fetch(0, 1)),
          Map.entry("fetch(long[],long)", region -> region.fetch(new long[] {0}, 0)),
          Map.entry("fetchAsync(long,long)", region -> region.fetchAsync(0, 1).join()),
          Map.entry("fetchAsync(long[],long)", region -> region.fetchAsync(new long[0], 0).join()),
          Map.entry("dropBehind(long)", region -> region.dropBehind(0)),
          Map.entry(
              "prefetch(OfLong,long,int)",
              region -> region.prefetch(LongStream.of(0, 0).iterator(), 1, 1).nextLong()),
          Map.entry("sync()", MappedRegion::sync),
          Map.entry("sync(SyncMode,SyncOption[])", region -> region.sync(SyncMode.ASYNC)),
          Map.entry("sync(long,long)", region -> region.sync(0, 1)),
          Map.entry(
              "sync(long,long,SyncMode,SyncOption[])",
              region -> region.sync(0, 1, SyncMode.BLOCKING, SyncOption.INVALIDATE)),
          Map.entry("incore()", MappedRegion::incore),
          Map.entry("incore(long,long)", region -> region.incore(0, 1)),
          Map.entry("pages()", region -> region.pages().populate(Prefault.READ)),
          Map.entry("pages(long,long)", region -> region.pages(0, 0).unlock()),
          Map.entry("checked()", region -> region.checked().read(0, ByteBuffer.allocate(0))),
          Map.entry("signals()", region -> region.signals().wake(0)),
          Map.entry("protect(Access)", region -> region.protect(Access.READ_WRITE)),
          Map.entry("grow(long)", region -> region.grow(region.size())),
          Map.entry("shrink(long)", ClosedRegionTest::shrinkByNothing),
          Map.entry("mark()", ClosedRegionTest::mark),
          Map.entry("changedSince(ChangeMark)", ClosedRegionTest::changedSinceAMark),
          Map.entry("trimOnClose(long)", region -> region.trimOnClose(region.size())),
          Map.entry("descriptorPath()", MappedRegion::descriptorPath));

  private static final Set<String> ANSWERED =
      Set.of(
          "size()", "capacity()", "access()", "allocation()", "isOpen()", "close()", "toString()");

  @FunctionalInterface
  private interface Use {
    void of(MappedRegion region) throws IOException;
  }

  @TempDir Path directory;

  private static void shrinkByNothing(MappedRegion region) throws IOException {
    if (!Feature.SHRINK.isSupported() && region.isOpen()) {
      assertThrows(UnsupportedOperationException.class, () -> region.shrink(region.size()));
    } else {
      region.shrink(region.size());
    }
  }

  private static void mark(MappedRegion region) throws IOException {
    if (!Feature.CHANGE_TRACKING.isSupported() && region.isOpen()) {
      assertThrows(UnsupportedOperationException.class, region::mark);
    } else {
      region.mark();
    }
  }

  /** A mark of an empty region serves where the region is closed: that is found first. */
  private static void changedSinceAMark(MappedRegion region) throws IOException {
    if (!Feature.CHANGE_TRACKING.isSupported()) {
      mark(region);
    } else if (region.isOpen()) {
      region.changedSince(region.mark());
    } else {
      try (MappedRegion other = Mmap.anonymous(1).map()) {
        region.changedSince(other.mark());
      }
    }
  }

  /** There is none, which an open region says. */
  private static void bufferInAnArena(MappedRegion region) {
    AutoCloseable arena = () -> {};
    if (region.isOpen()) {
      assertThrows(
          UnsupportedOperationException.class, () -> region.as(ByteBuffer.class, 0, 0, arena));
    } else {
      region.as(ByteBuffer.class, 0, 0, arena);
    }
  }

  private static ReadableByteChannel newReader() {
    return Channels.newChannel(InputStream.nullInputStream());
  }

  private static WritableByteChannel newWriter() {
    return Channels.newChannel(OutputStream.nullOutputStream());
  }

  static Set<String> refused() {
    return new TreeSet<>(REFUSED.keySet());
  }

  private MappedRegion region(Access access) throws IOException {
    byte[] content = new byte[Math.toIntExact(Mmap.pageSize())];
    MapOptions options = Mmap.file(Files.write(directory.resolve("file"), content)).access(access);
    return (access == Access.COPY_ON_WRITE ? options : options.capacity(content.length)).map();
  }

  @Test
  void everyPublicMethodIsEitherRefusedOrAnswered() {
    Set<String> known = new TreeSet<>(refused());
    known.addAll(ANSWERED);
    assertEquals(
        known,
        Arrays.stream(MappedRegion.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(ClosedRegionTest::signature)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(",", method.getName() + "(", ")"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatDoesSomethingIsRefused(String method) throws IOException {
    Use use = REFUSED.get(method);
    MappedRegion region = region(Access.READ_WRITE);
    use.of(region); // or the refusal below would prove nothing
    region.close();
    assertThrows(IllegalStateException.class, () -> use.of(region));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void emptyRegionRefusesTheSame(String method) throws IOException {
    MappedRegion region = Mmap.map(Files.createFile(directory.resolve("empty")), Access.READ_WRITE);
    region.close();
    assertThrows(IllegalStateException.class, () -> wholeOf(method, region));
  }

  /** The methods that take a range have none to take but the empty one. */
  private static void wholeOf(String method, MappedRegion region) throws IOException {
    switch (method) {
      case "buffer(long,long)" -> region.buffer(0, 0);
      case "advise(long,long,Advice)" -> region.advise(0, 0, Advice.NORMAL);
      case "sync(long,long)" -> region.sync(0, 0);
      case "sync(long,long,SyncMode,SyncOption[])" -> region.sync(0, 0, SyncMode.DURABLE);
      case "incore(long,long)" -> region.incore(0, 0);
      case "as(Class,long,long)" -> region.as(ByteBuffer.class, 0, 0);
      case "fetch(long,long)" -> region.fetch(0, 0);
      case "fetchAsync(long,long)" -> region.fetchAsync(0, 0).join();
      case "isResident(long,long)" -> region.isResident(0, 0);
      default -> REFUSED.get(method).of(region);
    }
  }

  @Test
  void segmentIsRefused() throws Exception {
    assumeTrue(Touch.segmentsExist(), "MemorySegment came with JDK " + Touch.SEGMENTS_JDK);
    MappedRegion region = region(Access.READ_WRITE);
    Class<?> type = SegmentTouches.segmentType();
    assertTrue(type.isInstance(region.as(type)));
    region.close();
    assertThrows(IllegalStateException.class, () -> region.as(type));
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_ONLY", "READ_WRITE", "COPY_ON_WRITE"})
  void whatIsKnownIsStillAnswered(Access access) throws IOException {
    MappedRegion region = region(access);
    assertTrue(region.isOpen());
    region.close();
    assertFalse(region.isOpen());
    assertEquals(Mmap.pageSize(), region.size());
    assertEquals(access, region.access());
    assertEquals(Allocation.NOT_REQUESTED, region.allocation());
    String text = region.toString();
    assertTrue(text.contains("file") && text.contains(access.name()), text);
    assertTrue(text.contains("closed"), text);
  }
}
