// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When files are unmapped. */
@EnabledOnOs(OS.LINUX) // /proc
class ReleaseTest {
  @TempDir private Path folder;
  private Directory directory;

  @BeforeEach
  void openDirectory() throws IOException {
    directory = new MmapIoDirectory(folder);
  }

  @AfterEach
  void closeDirectory() throws IOException {
    directory.close();
  }

  @Test
  void theFileIsReleasedAfterClosing() throws Exception {
    IndexInput input = openFile("some");
    IndexInput once = directory.openInput("some", IOContext.READONCE);
    MemorySegment bytes = ((MemorySegmentAccessInput) input).segmentSliceOrNull(0, 2);
    assertTrue(isMapped("some"));
    input.close();
    once.close();
    directory.close();
    assertFalse(isMapped("some"));
    assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void filesOfASegmentAreReleasedTogether() throws Exception {
    IndexInput one = openFile("_0.one");
    IndexInput clone = one.clone();
    IndexInput two = openFile("_0.two");
    IndexInput other = openFile("_1.one");
    one.close();
    other.close();
    ArenaCloser.await();
    assertTrue(isMapped("_0.one"));
    assertFalse(isMapped("_1.one"));
    assertEquals(7, clone.readByte());
    two.close();
    ArenaCloser.await();
    assertFalse(isMapped("_0.one"));
    assertFalse(isMapped("_0.two"));
    assertThrows(AlreadyClosedException.class, clone::readByte);
  }

  /** Compiled code that reads on, as JDK 25 was seen to let it, must not meet unmapped memory. */
  @Test
  void addressesStayMappedWhileASegmentIsHeld() throws Exception {
    IndexInput input = openFile("_0.some");
    MemorySegment bytes = ((MemorySegmentAccessInput) input).segmentSliceOrNull(0, 2);
    try {
      input.close();
      directory.close();
      assertFalse(isMapped("_0.some"));
      assertFalse(bytes.scope().isAlive());
      assertTrue(isMapped(bytes.address()));
    } finally {
      Reference.reachabilityFence(bytes);
    }
  }

  private static boolean isMapped(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
      if (Long.parseUnsignedLong(range[0], 16) <= address
          && address < Long.parseUnsignedLong(range[1], 16)) {
        return true;
      }
    }
    return false;
  }

  private IndexInput openFile(String name) throws IOException {
    try (IndexOutput output = directory.createOutput(name, IOContext.DEFAULT)) {
      output.writeByte((byte) 7);
      output.writeByte((byte) 7);
    }
    return directory.openInput(name, IOContext.DEFAULT);
  }

  private boolean isMapped(String name) throws IOException {
    return Files.readString(Path.of("/proc/self/maps"))
        .contains(folder.toRealPath().resolve(name).toString());
  }
}
