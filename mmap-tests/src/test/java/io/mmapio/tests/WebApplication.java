// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A web application with the library in WEB-INF/lib: uses it when it is started, on a thread that
 * the server deploys with, and when it is asked, on one of those that answer requests.
 */
public final class WebApplication extends HttpServlet {
  /** The system property with the file that {@link Application} works on. */
  static final String FILE = "mmapio.test.file";

  /** The system property with the words that say what it does. */
  static final String HOW = "mmapio.test.how";

  /** The property, no string, that holds a view that leaked: the system's outlive applications. */
  static final String LEAKED = "mmapio.test.leaked";

  private static final long serialVersionUID = 1;

  /** Called by the server. */
  public WebApplication() {}

  @Override
  public void init() {
    use();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    use();
    response.getWriter().println("used");
  }

  private static void use() {
    Path file = Path.of(System.getProperty(FILE));
    Set<String> how = new TreeSet<>(List.of(System.getProperty(HOW).split(" ", -1)));
    ByteBuffer view = (ByteBuffer) new Application().apply(file, how);
    System.getProperties().put(LEAKED, view);
  }
}
