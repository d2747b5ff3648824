// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A server that has {@link WebApplication}, reloads it very often, and stops it in the end. */
interface WebServer {
  /** Where it listens, on this machine alone. */
  int port();

  /** The class loader of the application as it is now. */
  ClassLoader loader();

  void reload() throws Exception;

  void stop() throws Exception;

  /** Ends with an error if something is left of the application. */
  default void reload(int times) throws Exception {
    Deployments deployments = new Deployments(List.of());
    for (int time = 0; time < times; time++) {
      deployments.watch(loader());
      String answer = answer().strip();
      if (!answer.equals("used")) {
        throw new AssertionError("the application says " + answer);
      }
      reload();
    }
    stop();
    System.getProperties().remove(WebApplication.LEAKED);
    deployments.requireNothingLeft(Path.of(System.getProperty(WebApplication.FILE)));
    System.out.println("reloaded " + times + " times");
  }

  /** Asks on a connection of its own, so that it is not always the same thread that answers. */
  private String answer() throws IOException {
    URLConnection connection =
        new URL("http://127.0.0.1:" + port() + "/application/").openConnection();
    connection.setRequestProperty("Connection", "close");
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
