// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.MapRequest.Start;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.views.Views;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A region is closed in the moment in which the collector finds its last view. */
final class CloseAgainstCollectorTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int SIZE = 100;

  private final MmapBackend os = AnsweringBackend.of((call, arguments) -> answer(call));

  private @Nullable ByteBuffer view;
  private BooleanSupplier viewIsGone = () -> false;
  private volatile boolean unmapped;

  private Object answer(String call) {
    return switch (call) {
      case "pageSize" -> 4096L;
      case "granularity" -> 65_536L;
      case "size" -> (long) SIZE;
      case "map" -> 1L << 30;
      case "supports" -> true;
      case "limit" -> 1024L;
      case "view" -> ByteBuffer.allocateDirect(SIZE);
      case "entomb" -> {
        view = null;
        assertTrue(comesTrue(viewIsGone), "the view is not collected");
        yield 0L;
      }
      case "unmap" -> {
        unmapped = true;
        yield 0L;
      }
      default -> 0L;
    };
  }

  private static boolean comesTrue(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS); // cleaning is up to another thread
    }
    return true;
  }

  /** The view was there when closing began, so a tombstone was made; nobody else will come by. */
  @Test
  void tombstoneOfAViewThatGoesMeanwhileIsGivenBack() throws IOException {
    Mapping mapping =
        MappingCreator.map(
            os,
            new MapRequest(
                new Source.OfDescriptor(new FileDescriptor()),
                Access.READ_WRITE,
                0,
                SIZE,
                Growth.NEVER,
                Layout.PLAIN,
                new Start(Advice.NORMAL, null, false, false)),
            StartOptions.ALL);
    view = new Views(mapping).buffer(0, SIZE);
    viewIsGone = () -> mapping.addresses().views() == 0;
    mapping.close();
    assertTrue(comesTrue(() -> unmapped), "the addresses are never given back");
  }
}
