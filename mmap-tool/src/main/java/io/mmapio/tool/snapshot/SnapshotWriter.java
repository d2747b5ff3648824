// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Names;
import io.mmapio.tool.scan.Runs;
import io.mmapio.tool.scan.Scans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot beside its place, and puts it there when it is whole. */
public final class SnapshotWriter implements Scans.Visitor, AutoCloseable {
  private final Path path;
  private final Path temporary;
  private final FileChannel channel;
  private final java.util.function.UnaryOperator<Path> naming;
  private byte @Nullable [] directory;
  private @Nullable Path directoryPath;
  private Bytes block = new Bytes();
  private long blockResident;
  private long blockPages;
  private long files;
  private long resident;
  private long unknown;
  private long coarse;
  private long blocks;

  /**
   * Begins.
   *
   * @param path where the snapshot is to be
   * @param pageSize bytes in a page
   * @param naming makes the path that is written of the one that was found
   */
  public SnapshotWriter(Path path, long pageSize, java.util.function.UnaryOperator<Path> naming)
      throws IOException {
    this.path = path;
    this.naming = naming;
    this.temporary =
        path.resolveSibling(
            "." + Names.lastText(path) + "." + ProcessHandle.current().pid() + ".tmp");
    this.channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    ByteBuffer header = ByteBuffer.allocate(SnapshotFormat.HEADER);
    header.put(SnapshotFormat.MAGIC).putInt(SnapshotFormat.VERSION).putInt((int) pageSize);
    header.putLong(System.currentTimeMillis()).putInt(0);
    sealed(header);
  }

  private void sealed(ByteBuffer bytes) throws IOException {
    ByteBuffer before = bytes.duplicate().flip();
    bytes.putInt(SnapshotFormat.checksum(before)).flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void file(FileReport report) {
    if (report.counts().unknown() > 0) {
      unknown++;
    }
    Runs runs = report.runs();
    if (report.counts().resident() == 0 || runs == null) {
      return;
    }
    coarse += runs.unit() > 1 ? 1 : 0;
    Path file = report.entry().path();
    Path parent = file.getParent();
    if (directory == null || !java.util.Objects.equals(parent, directoryPath)) {
      directoryPath = parent;
      begin(parent == null ? naming.apply(Path.of("")) : naming.apply(parent));
    }
    add(
        new FileRecord(
            java.util.Objects.requireNonNull(directory),
            Names.bytes(Names.last(file)),
            report.size(),
            report.entry().modified(),
            report.counts().pages(),
            report.counts().resident(),
            runs));
  }

  private void begin(Path next) {
    flush();
    directory = Names.bytes(next);
  }

  /** Adds a file; those of one directory should follow each other. */
  public void add(FileRecord file) {
    if (!Arrays.equals(directory, file.directory()) || block.size() > SnapshotFormat.BLOCK) {
      flush();
      directory = file.directory();
    }
    if (block.size() == 0) {
      block.bytes(file.directory());
    }
    block.bytes(file.name());
    block.number(file.size());
    block.number(file.modified() << 1 ^ file.modified() >> 63);
    block.number(file.pages());
    block.number(file.resident());
    Runs runs = file.runs();
    if (runs == null) {
      block.number(0);
    } else {
      block.number(runs.unit());
      block.bytes(runs.bytes());
    }
    files++;
    resident += file.resident();
    blockResident += file.resident();
    blockPages += file.pages();
  }

  private void flush() {
    if (block.size() == 0) {
      return;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(SnapshotFormat.BLOCK_HEADER + block.size() + SnapshotFormat.CHECKSUM);
    bytes.putInt(block.size()).putLong(blockResident).putLong(blockPages);
    block.to(bytes);
    try {
      sealed(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    block = new Bytes();
    blockResident = 0;
    blockPages = 0;
    blocks++;
  }

  /** Ends, and puts the snapshot into its place. */
  public void finish() throws IOException {
    flush();
    ByteBuffer end = ByteBuffer.allocate(SnapshotFormat.END);
    end.putInt(0).putLong(files).putLong(resident).putLong(blocks);
    sealed(end);
    channel.force(true);
    channel.close();
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns how many files are in it. */
  public long files() {
    return files;
  }

  /** Returns how many pages are in it. */
  public long resident() {
    return resident;
  }

  /** Returns how many files were left out because nothing is known of them. */
  public long unknown() {
    return unknown;
  }

  /** Returns of how many files short gaps are in it too. */
  public long coarse() {
    return coarse;
  }

  /** Removes what is not finished. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
