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

/** A file in memory that is gone after the benchmark, and how the JDK's mapping of it is undone. */
final class BenchFile implements AutoCloseable {
  private static final MethodHandle INVOKE_CLEANER = invokeCleaner();
  private static final int CHUNK = 1 << 20;

  final Path path;
  final FileChannel channel;

  BenchFile(long size) throws IOException {
    String directory = System.getProperty("mmapio.bench.dir", System.getProperty("java.io.tmpdir"));
    path = Files.createTempFile(Path.of(directory), "mmap-bench", ".dat");
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (long at = 0; at < size; at += CHUNK) {
      chunk.clear().limit((int) Math.min(CHUNK, size - at));
      channel.write(chunk, at);
    }
    channel.force(true);
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
