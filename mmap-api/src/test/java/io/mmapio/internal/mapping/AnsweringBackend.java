// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.spi.MmapBackend;
import java.lang.reflect.Proxy;

/** A backend whose every call is answered by one function. */
final class AnsweringBackend {
  private AnsweringBackend() {}

  /** What is answered to a call, by its name and its arguments. */
  interface Answers {
    Object to(String call, Object[] arguments);
  }

  static MmapBackend of(Answers answers) {
    return (MmapBackend)
        Proxy.newProxyInstance(
            MmapBackend.class.getClassLoader(),
            new Class<?>[] {MmapBackend.class},
            (proxy, method, arguments) ->
                answers.to(method.getName(), arguments == null ? new Object[0] : arguments));
  }
}
