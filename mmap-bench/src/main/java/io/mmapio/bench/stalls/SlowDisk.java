// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.stalls;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A disk with ext4 that serves few reads a second to the processes of a control group: a loop
 * device over a file, and the throttle of cgroups (version 1). Linux, as root.
 */
final class SlowDisk implements Closeable {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup/blkio");
  private static final String THROTTLE = "blkio.throttle.read_iops_device";

  /** Bytes of the file on the disk. */
  static final int SIZE = 1 << 30;

  private final Path directory;
  private final Path group;
  private final String device;

  /** A file without holes. */
  final Path file;

  private SlowDisk(Path directory, Path group, String device) {
    this.directory = directory;
    this.group = group;
    this.device = device;
    this.file = directory.resolve("mounted/file");
  }

  /** Why there can be none here; empty if there can. */
  static String unsupportedReason() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return "the disk is made by tools of Linux";
    }
    if (!Files.isWritable(GROUPS.resolve("cgroup.procs"))) {
      return "no blkio cgroup (version 1) that this user may change in " + GROUPS;
    }
    return "";
  }

  /** Makes it, with so many reads a second. */
  static SlowDisk create(int reads) throws IOException {
    Path directory = Files.createTempDirectory("slow-disk");
    Path image = directory.resolve("image");
    try (RandomAccessFile made = new RandomAccessFile(image.toFile(), "rw")) {
      made.setLength(SIZE + SIZE / 8L);
    }
    String device = run("losetup", "--find", "--show", image.toString());
    Path group = GROUPS.resolve("mmapio-" + ProcessHandle.current().pid());
    SlowDisk disk = new SlowDisk(directory, group, device);
    try {
      run("mkfs.ext4", "-q", device);
      Files.createDirectory(directory.resolve("mounted"));
      run("mount", device, directory.resolve("mounted").toString());
      disk.write();
      Files.createDirectory(group);
      String number = run("lsblk", "--noheadings", "--output", "MAJ:MIN", device);
      Files.writeString(group.resolve(THROTTLE), number.strip() + " " + reads);
      return disk;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  private void write() throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < SIZE; at += block.capacity()) {
        block.clear().putLong(0, at);
        channel.write(block, at);
      }
      channel.force(true);
    }
  }

  /** Has nothing of the file in memory. */
  void chill() throws IOException {
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.pages().evict();
      long resident = region.incore().resident();
      if (resident > SIZE / Mmap.pageSize() / 100) {
        throw new IOException(resident + " pages could not be evicted");
      }
    }
  }

  /** A command whose process has the slow disk. */
  List<String> slowed(List<String> command) {
    List<String> all = new ArrayList<>();
    String enter = "echo $$ > '" + group.resolve("cgroup.procs") + "' && exec \"$@\"";
    all.addAll(List.of("sh", "-c", enter, "sh"));
    all.addAll(command);
    return all;
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = process.getInputStream()) {
      String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(Arrays.toString(command) + ": " + output);
      }
      return output.strip();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    run("sh", "-c", "umount '" + directory + "/mounted' || true");
    run("losetup", "--detach", device);
    run("rm", "-r", directory.toString());
    Files.deleteIfExists(group);
  }
}
