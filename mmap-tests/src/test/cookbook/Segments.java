// SPDX-License-Identifier: Apache-2.0
import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** The recipes of docs/cookbook.md that need JDK 22: compiled and run by a test where there is one. */
final class Segments {
  private Segments() {}

  // recipe: long offsets on JDK 22
  static long sum(MappedRegion region) {
    MemorySegment all = region.as(MemorySegment.class); // any size
    long sum = 0;
    for (long offset = 0; offset + 8 <= all.byteSize(); offset += 8) {
      sum += all.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }
    return sum;
  }

  // end

  // recipe: a view that throws after its arena was closed
  static int first(MappedRegion region) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment some = region.as(MemorySegment.class, 0, 16, arena);
      return some.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    } // from here on, `some` throws IllegalStateException; without an arena it would read zeros
  }

  // end

  public static void main(String[] arguments) throws IOException {
    Path path = Files.createTempFile("segments", null);
    try (MappedRegion region =
        Mmap.file(path).access(Access.READ_WRITE).range(0, 3L << 30).sparse().map()) {
      region.buffer(0, 8).order(java.nio.ByteOrder.nativeOrder()).putLong(0, 40);
      MemorySegment end = region.as(MemorySegment.class, (3L << 30) - 8, 8);
      end.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 2);
      System.out.println("first " + first(region));
      try (MappedRegion part = Mmap.file(path).range((3L << 30) - 4096, 4096).map()) {
        System.out.println("sum " + sum(part));
      }
    } finally {
      Files.delete(path);
    }
  }
}
