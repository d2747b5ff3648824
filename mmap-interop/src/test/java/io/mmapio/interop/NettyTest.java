// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Regions that Netty sends, to a receiver that reads nothing until it is told to. */
@Timeout(120)
final class NettyTest {
  private static final int SIZE = 64 << 20; // more than the buffers of sockets hold

  @TempDir Path directory;

  // recipe: send by Netty
  /** Sends a region from its mapped pages, and closes it as soon as Netty needs it no more. */
  static ChannelFuture send(Channel channel, MappedRegion region) {
    ByteBuf bytes = Unpooled.wrappedBuffer(region.buffer());
    return channel.writeAndFlush(bytes).addListener(written -> region.close());
  }

  // end

  @Test
  void nioSendsARegionThatIsOpenUntilItIsWritten() throws Exception {
    requireSent(NioIoHandler.newFactory(), NioSocketChannel.class);
  }

  @Test
  void epollSendsARegionThatIsOpenUntilItIsWritten() throws Exception {
    assumeTrue(Epoll.isAvailable(), "epoll is Linux', and its native library is that of x86_64");
    requireSent(EpollIoHandler.newFactory(), EpollSocketChannel.class);
  }

  /** The receiver goes away: the region is closed all the same. */
  @Test
  void regionIsClosedWhenTheConnectionBreaks() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel = connect(group, NioSocketChannel.class, server);
      MappedRegion region = Mmap.map(Patterns.file(directory.resolve("file"), SIZE));
      ChannelFuture sent;
      try (Socket receiver = server.accept()) {
        sent = send(channel, region);
        assertFalse(sent.isDone());
        receiver.setSoLinger(true, 0);
      }
      assertTrue(sent.await(1, TimeUnit.MINUTES));
      assertFalse(sent.isSuccess());
      channel.close().sync();
      awaitClosed(group, region);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private void requireSent(IoHandlerFactory io, Class<? extends SocketChannel> type)
      throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel = connect(group, type, server);
      MappedRegion region = Mmap.map(Patterns.file(directory.resolve("file"), SIZE));
      try (Socket receiver = server.accept()) {
        ChannelFuture sent = send(channel, region);
        sent.addListener(ChannelFutureListener.CLOSE);
        assertFalse(sent.isDone());
        assertTrue(region.isOpen());
        requirePattern(receiver.getInputStream());
        assertTrue(sent.await(1, TimeUnit.MINUTES));
        assertNull(sent.cause());
        awaitClosed(group, region);
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private static Channel connect(
      EventLoopGroup group, Class<? extends SocketChannel> type, ServerSocket server)
      throws InterruptedException {
    return new Bootstrap()
        .group(group)
        .channel(type)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(server.getLocalSocketAddress())
        .sync()
        .channel();
  }

  /** Listeners run in the event loop, one after the other: what is queued now runs after them. */
  private static void awaitClosed(EventLoopGroup group, MappedRegion region) throws Exception {
    group.submit(() -> {}).get(1, TimeUnit.MINUTES);
    assertFalse(region.isOpen());
  }

  private static void requirePattern(InputStream in) throws IOException {
    byte[] block = new byte[1 << 16];
    long offset = 0;
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      for (int i = 0; i < read; i++, offset++) {
        if (block[i] != Patterns.at(offset)) {
          throw new AssertionError("wrong at " + offset);
        }
      }
    }
    assertEquals(SIZE, offset);
  }
}
