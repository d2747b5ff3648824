// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.MapRequest.Start;
import io.mmapio.internal.request.Source;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations, mirrors and growth whose calls fail: whatever was taken before is given back. */
final class FailingReservationTest extends FailingBackend {
  private static MapRequest mirror() {
    return new MapRequest(
        new Source.OfDescriptor(new FileDescriptor()),
        Access.READ_WRITE,
        0,
        65_536,
        Growth.SPARSE,
        new Layout(0, true, 0),
        Start.NOTHING);
  }

  @Test
  void syncAcrossTheSeamOfAMirrorIsTwoPartsOfTheFile() throws IOException {
    List<Object> synced = new ArrayList<>();
    Mapping mapping = MappingCreator.map(noting("sync", synced), mirror(), StartOptions.ALL);
    WriteBack.sync(mapping, 65_535, 2, SyncMode.ASYNC, /* invalidate= */ false);
    long seam = ADDRESS + 65_536;
    assertEquals(
        List.of(
            HANDLE,
            seam - 4096,
            4096L,
            61_440L,
            SyncMode.ASYNC,
            false,
            HANDLE,
            seam,
            4096L,
            0L,
            SyncMode.ASYNC,
            false),
        synced);
  }

  private Mapping growable(Growth growth, Layout layout) throws IOException {
    Source source = new Source.OfDescriptor(new FileDescriptor());
    return MappingCreator.map(
        os,
        new MapRequest(source, Access.READ_WRITE, 0, 1000, growth, layout, Start.NOTHING),
        StartOptions.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserve", "mapInto"})
  void reservationThatFailsLeavesNothingBehind(String call) {
    failing = call;
    assertThrows(MmapException.class, () -> growable(Growth.NEVER, new Layout(1 << 20, false, 0)));
    assertEquals(1, count("release"), calls.toString());
    assertEquals(call.equals("mapInto") ? 1 : 0, count("unmap"), calls.toString());
  }

  @Test
  void secondHalfOfAMirrorThatFailsTakesTheFirstWithIt() {
    failAt = 2;
    failing = "mapInto";
    assertThrows(MmapException.class, () -> MappingCreator.map(os, mirror(), StartOptions.ALL));
    assertEquals(2, count("mapInto"));
    assertEquals(1, count("unmap"));
    assertEquals(1, count("release"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"size", "extend", "mapInto"})
  void growthThatFailsLeavesEverythingAsItWas(String call) throws IOException {
    Mapping mapping = growable(Growth.ALLOCATE, new Layout(1 << 20, false, 0));
    failing = call;
    extended = 100_000;
    assertThrows(MmapException.class, () -> Resizer.grow(mapping, 100_000, StartOptions.ALL));
    assertEquals(1000, mapping.size());
    assertEquals(call.equals("mapInto") ? 1 : 0, count("truncate"), calls.toString());
    failing = "";
    fileSize = 1000;
    Resizer.grow(mapping, 2000, StartOptions.ALL);
    assertEquals(2000, mapping.size());
    mapping.close();
    assertEquals(1, count("unmap"));
    assertEquals(1, count("release"));
  }

  @Test
  void cutThatFailsBringsTheEndBack() throws IOException {
    Mapping mapping = growable(Growth.ALLOCATE, new Layout(1 << 20, false, 0));
    Resizer.grow(mapping, 100_000, StartOptions.ALL);
    long mapped = count("mapInto");
    failing = "truncate";
    assertThrows(MmapException.class, () -> Resizer.shrink(mapping, 10));
    assertEquals(100_000, mapping.size());
    assertEquals(1, count("entomb"));
    assertEquals(mapped + 1, count("mapInto"));
    mapping.trimOnClose(10);
    assertThrows(UncheckedIOException.class, mapping::close);
    assertEquals(1, count("release"));
    assertEquals(1, count("unmap"));
  }
}
