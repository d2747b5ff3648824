// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * On what was measured.
 *
 * @param date of the end
 * @param jdk the JVM's own words
 * @param feature the JDK's number
 * @param cpu model and cores
 * @param memoryGib in GiB
 * @param kernel name and release
 * @param fileSystem of the files
 * @param largeFileSystem of those over 1 GiB
 */
public record Machine(
    String date,
    String jdk,
    int feature,
    String cpu,
    long memoryGib,
    String kernel,
    String fileSystem,
    String largeFileSystem) {

  /**
   * Looks around.
   *
   * @param files where files are put
   * @param largeFiles where those over 1 GiB are put
   * @return this machine
   * @throws IOException if it cannot tell
   */
  public static Machine here(Path files, Path largeFiles) throws IOException {
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        LocalDate.now(ZoneOffset.UTC).toString(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        Runtime.version().feature(),
        processor() + ", " + os.getAvailableProcessors() + " processors",
        Math.round(os.getTotalMemorySize() / (double) (1 << 30)),
        os.getName() + " " + os.getVersion() + " " + os.getArch(),
        Files.getFileStore(files).type(),
        Files.getFileStore(largeFiles).type());
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 2))
          .orElse("unknown");
    }
  }

  @Override
  public String toString() {
    return cpu
        + ", "
        + memoryGib
        + " GiB, "
        + kernel
        + ", "
        + fileSystem
        + " (over 1 GiB: "
        + largeFileSystem
        + "), "
        + jdk
        + ", "
        + date;
  }
}
