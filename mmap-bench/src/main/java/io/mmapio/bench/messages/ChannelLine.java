// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A Unix domain socket, or two named pipes: who waits sleeps in the kernel. */
final class ChannelLine implements Line {
  private final ReadableByteChannel in;
  private final WritableByteChannel out;
  private final ByteBuffer outgoing;
  private final ByteBuffer incoming;
  private final int length;

  private ChannelLine(ReadableByteChannel in, WritableByteChannel out, int length) {
    this.in = in;
    this.out = out;
    this.length = length;
    outgoing = ByteBuffer.allocateDirect(length);
    incoming = ByteBuffer.allocateDirect(64 << 10).limit(0);
  }

  /** The caller waits for the other one. */
  static ChannelLine socket(Path directory, End end, int length) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    if (end == End.ANSWERER) {
      SocketChannel channel = SocketChannel.open(address);
      return new ChannelLine(channel, channel, length);
    }
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      SocketChannel channel = server.accept();
      return new ChannelLine(channel, channel, length);
    }
  }

  /** To open a named pipe waits for the other one. */
  static ChannelLine pipes(Path directory, End end, int length) throws IOException {
    Path there = directory.resolve("there");
    Path back = directory.resolve("back");
    if (end == End.ANSWERER) {
      FileChannel in = FileChannel.open(there, StandardOpenOption.READ);
      return new ChannelLine(in, FileChannel.open(back, StandardOpenOption.WRITE), length);
    }
    FileChannel out = FileChannel.open(there, StandardOpenOption.WRITE);
    return new ChannelLine(FileChannel.open(back, StandardOpenOption.READ), out, length);
  }

  /** Makes what {@link #pipes} opens. */
  static void makePipes(Path directory) throws IOException {
    for (String name : new String[] {"there", "back"}) {
      Process made = new ProcessBuilder("mkfifo", directory.resolve(name).toString()).start();
      try {
        if (made.waitFor() != 0) {
          throw new IOException("mkfifo ended with " + made.exitValue());
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void send(long number) throws IOException {
    outgoing.clear().putLong(0, number);
    while (outgoing.hasRemaining()) {
      out.write(outgoing);
    }
  }

  @Override
  public long receive() throws IOException {
    while (incoming.remaining() < length) {
      incoming.compact();
      if (in.read(incoming) < 0) {
        throw new IOException("the other end is closed");
      }
      incoming.flip();
    }
    long number = incoming.getLong(incoming.position());
    incoming.position(incoming.position() + length);
    return number;
  }

  @Override
  public void close() throws IOException {
    out.close();
    in.close();
  }
}
