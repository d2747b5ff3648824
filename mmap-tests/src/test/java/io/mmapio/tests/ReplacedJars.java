// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** A program whose jars are replaced while it runs, for example by a build. */
final class ReplacedJars {
  private static final long PAUSE_NANOS = 50_000_000;

  private ReplacedJars() {}

  /** Arguments: a file, and the jars. */
  public static void main(String[] arguments) throws IOException {
    MappedRegion region = Mmap.map(Path.of(arguments[0]), Access.READ_WRITE);
    ByteBuffer view = region.buffer();
    Bytes.requirePattern(view.slice(0, Application.SAMPLE));
    awaitClasses();
    for (String jar : Arrays.asList(arguments).subList(1, arguments.length)) {
      Files.write(Path.of(jar), new byte[1000]);
    }
    region.close();
    System.out.println("zeros: " + Redeploys.zeros(view));
  }

  /** The library loads classes in the background: until no more come for a second. */
  private static void awaitClasses() {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    long count = -1;
    for (int same = 0; same < 20; same++) {
      long now = classes.getTotalLoadedClassCount();
      same = now == count ? same : 0;
      count = now;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
