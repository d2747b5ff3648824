// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** For tests of a backend whose calls fail on request, and are counted. */
abstract class FailingBackend {
  static final long HANDLE = 77;
  static final long ADDRESS = 1L << 30;
  static final int ERROR = 5;

  final List<String> calls = new ArrayList<>();
  String failing = "";
  String errorName = "EIO";
  int failAt = 1; // which call of that name is the first to fail
  long fileSize = 1000;
  long extended; // what extending makes of that

  final MmapBackend os = AnsweringBackend.of((call, arguments) -> answer(call));

  private Object answer(String call) {
    calls.add(call);
    if (call.equals(failing) && count(call) >= failAt) {
      return -(long) ERROR;
    }
    return switch (call) {
      case "pageSize" -> 4096L;
      case "granularity" -> 65_536L;
      case "duplicate" -> HANDLE;
      case "size" -> fileSize;
      case "extend" -> {
        fileSize = Math.max(fileSize, extended);
        yield 0L;
      }
      case "map", "reserve" -> ADDRESS;
      case "supports" -> true;
      case "limit" -> 1024L;
      case "view" -> ByteBuffer.allocateDirect(10);
      case "errorName" -> errorName;
      case "awaitLostPage" -> -1L;
      case "origin" -> "a test";
      default -> 0L;
    };
  }

  final long count(String call) {
    return calls.stream().filter(call::equals).count();
  }

  /** The same backend, which also notes the arguments of one call. */
  final MmapBackend noting(String call, List<Object> arguments) {
    return AnsweringBackend.of(
        (made, given) -> {
          if (made.equals(call)) {
            arguments.addAll(List.of(given));
          }
          return answer(made);
        });
  }
}
