// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapStatistics;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiFunction;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What is deployed: maps a file and uses it. The server loads it anew each time, and knows it as a
 * function of the file and of what to do with it, which are the words below.
 */
public final class Application implements BiFunction<Path, Set<String>, Object> {
  /** Loads classes of the library and maps nothing: that is the harness alone. */
  public static final String IDLE = "idle";

  /** Maps under guard, on platforms that have one. */
  public static final String GUARDED = "guarded";

  /** Registers the bean, asks it something, and unregisters it. */
  public static final String JMX = "jmx";

  /** Leaves the region to the collector. */
  public static final String UNCLOSED = "unclosed";

  /** Answers a view instead of null. */
  public static final String LEAK = "leak";

  /** The first bytes of the file, which have {@link Bytes#patternAt}. */
  static final int SAMPLE = 16 << 10;

  /** Bytes of the file: enough addresses that a few ranges which are lost are seen. */
  static final long SIZE = 16 << 20;

  /** Called by reflection. */
  public Application() {}

  /** Makes the file that it works on. */
  static Path file(Path file) throws IOException {
    Bytes.patterned(file, SAMPLE);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(SIZE);
    }
    return file;
  }

  @Override
  public Object apply(Path file, Set<String> how) {
    MapOptions options = Mmap.file(file).access(Access.READ_WRITE);
    try {
      return how.contains(IDLE) ? null : use(options, how);
    } catch (IOException | ReflectiveOperationException | JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object use(MapOptions options, Set<String> how)
      throws IOException, ReflectiveOperationException, JMException {
    MappedRegion region =
        (how.contains(GUARDED) && Feature.GUARD.isSupported() ? options.guarded() : options).map();
    ByteBuffer view = region.buffer();
    Bytes.requirePattern(view.slice(0, SAMPLE));
    view.put(1, view.get(1));
    if (Touch.segmentsExist()) {
      Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
      Object bytes = type.getMethod("asByteBuffer").invoke(region.as(type));
      Bytes.requirePattern(((ByteBuffer) bytes).slice(0, SAMPLE));
    }
    region.advise(Advice.WILLNEED);
    if (Feature.CHECKED_ACCESS.isSupported()) {
      region.checked().read(0, ByteBuffer.allocate(1));
    }
    region.fetchAsync(new long[40], SAMPLE).join(); // more than the calling thread does at once
    region.sync(SyncMode.ASYNC);
    if (how.contains(JMX)) {
      askTheBean();
    }
    if (!how.contains(UNCLOSED)) {
      region.close();
    }
    return how.contains(LEAK) ? view : null;
  }

  private static void askTheBean() throws JMException {
    MmapStatistics.register();
    ObjectName name = new ObjectName("io.mmapio:type=Mmap");
    Object open = ManagementFactory.getPlatformMBeanServer().getAttribute(name, "OpenRegions");
    ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    if (!open.equals(Mmap.statistics().openRegions().size())) {
      throw new AssertionError("the bean knows of " + open + " regions");
    }
  }
}
