// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long does a number take to another process and back? Both sides spin. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PingPongBenchmark {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int PING = 0;
  private static final int PONG =
      256; // not on the same cache line, nor on the next, which is fetched with it
  private static final int SIZE = 2 * PONG;
  private static final long END = -1;
  private static final int ROUNDS = 1000;
  private static final String SOCKET = "Unix domain socket";

  /** The way between them. */
  @Param({"ours", "FileChannel.map", SOCKET})
  public String peer;

  private BenchFile file;
  private Process other;
  private ByteBuffer shared;
  private SocketChannel socket;
  private long count;

  /**
   * Starts the other process.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    Path path = peer.equals(SOCKET) ? Path.of(file.path + ".socket") : file.path;
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PingPongBenchmark.class.getName(),
            peer,
            path.toString());
    command.inheritIO();
    if (peer.equals(SOCKET)) {
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(path));
        other = command.start();
        socket = server.accept();
      }
      Files.delete(path);
    } else {
      shared = map(peer, path);
      other = command.start();
    }
  }

  /**
   * Ends the other process.
   *
   * @throws Exception if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    if (socket == null) {
      LONG.setRelease(shared, PING, END);
    } else {
      socket.close();
    }
    if (other.waitFor() != 0) {
      throw new IllegalStateException("the other process ended with " + other.exitValue());
    }
    file.close();
  }

  /**
   * There and back.
   *
   * @return how often
   * @throws IOException if it fails
   */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public long roundTrip() throws IOException {
    return socket == null ? throughMemory() : throughSocket();
  }

  private long throughMemory() {
    for (int i = 0; i < ROUNDS; i++) {
      LONG.setRelease(shared, PING, ++count);
      while ((long) LONG.getAcquire(shared, PONG) != count) {
        Thread.onSpinWait();
      }
    }
    return count;
  }

  private long throughSocket() throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(Long.BYTES);
    for (int i = 0; i < ROUNDS; i++) {
      message.clear().putLong(0, ++count);
      socket.write(message);
      message.clear();
      while (message.hasRemaining()) {
        socket.read(message);
      }
    }
    return count;
  }

  /**
   * The other process.
   *
   * @param arguments the way, and the file
   * @throws IOException if it fails
   */
  public static void main(String[] arguments) throws IOException {
    Path path = Path.of(arguments[1]);
    if (arguments[0].equals(SOCKET)) {
      echo(path);
    } else {
      answer(map(arguments[0], path));
    }
  }

  private static void answer(ByteBuffer shared) {
    long seen = 0;
    while (seen != END) {
      long ping = (long) LONG.getAcquire(shared, PING);
      if (ping != seen) {
        seen = ping;
        LONG.setRelease(shared, PONG, ping);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static void echo(Path path) throws IOException {
    ByteBuffer message = ByteBuffer.allocateDirect(Long.BYTES);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      while (channel.read(message) >= 0) {
        channel.write(message.flip());
        message.clear();
      }
    }
  }

  private static ByteBuffer map(String peer, Path path) throws IOException {
    if (peer.equals("ours")) {
      MappedRegion region = Mmap.map(path, Access.READ_WRITE);
      return region.buffer();
    }
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, SIZE);
    }
  }
}
