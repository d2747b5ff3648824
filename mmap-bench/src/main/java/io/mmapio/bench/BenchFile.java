// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in memory that is gone after the benchmark, and how the JDK's mapping of it is undone.
 *
 * <p>Large files go to a file system in memory: more dirty pages than a tenth of the memory would
 * start write-back in the middle of a run.
 */
final class BenchFile implements AutoCloseable {
  private static final MethodHandle INVOKE_CLEANER = invokeCleaner();
  private static final int CHUNK = 1 << 20;
  private static final long LARGE = 1L << 30;

  final Path path;
  final FileChannel channel;

  BenchFile(long size) throws IOException {
    this(size, size);
  }

  /**
   * Makes a file.
   *
   * @param size what is written to it, in bytes
   * @param expected how large it will become
   */
  BenchFile(long size, long expected) throws IOException {
    path = Files.createTempFile(directory(expected), "mmap-bench", ".dat");
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (long at = 0; at < size; at += CHUNK) {
      chunk.clear().limit((int) Math.min(CHUNK, size - at));
      channel.write(chunk, at);
    }
    channel.force(true);
  }

  /** Where a file of this size is put. */
  static Path directory(long size) {
    Path usual =
        Path.of(System.getProperty("mmapio.bench.dir", System.getProperty("java.io.tmpdir")));
    Path large = Path.of(System.getProperty("mmapio.bench.large.dir", "/dev/shm"));
    return size > LARGE && Files.isDirectory(large) ? large : usual;
  }

  /** What libraries do to unmap a buffer at once: unsafe, as a reader meets unmapped memory. */
  static void unmap(ByteBuffer mapped) {
    try {
      INVOKE_CLEANER.invokeExact(mapped);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle invokeCleaner() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(field.get(null));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK has no invokeCleaner", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.delete(path);
  }
}
