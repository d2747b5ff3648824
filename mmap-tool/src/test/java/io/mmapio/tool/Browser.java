// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chromium without a window, by way of chromedriver's HTTP. */
public final class Browser implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final Pattern REQUEST =
      Pattern.compile("\"Network.requestWillBeSent\",.*?\"request\":\\{.*?\"url\":\"([^\"]*)");

  @SuppressWarnings("InlineFormatString") // too long for that
  private static final String CAPABILITIES =
      "{'capabilities':{'alwaysMatch':{'browserName':'chrome','goog:loggingPrefs':{'browser':'ALL','performance':'ALL'},"
          + "'goog:chromeOptions':{'args':['--headless=new','--no-sandbox','--disable-gpu',"
          + "'--no-first-run','--disable-background-networking','--disable-component-update',"
          + "'--disable-sync','--hide-scrollbars','--window-size=1280,1000','--user-data-dir=%s'%s]"
          + "}}}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, String base, Path profile, String more)
      throws IOException, InterruptedException {
    this.driver = driver;
    String capabilities = String.format(CAPABILITIES, profile, more).replace('\'', '"');
    String answer = call("POST", base + "/session", capabilities);
    Matcher id = Pattern.compile("\"sessionId\":\"([^\"]+)\"").matcher(answer);
    assumeTrue(id.find(), "chromium does not start: " + answer);
    this.session = base + "/session/" + id.group(1);
  }

  /** Starts a browser; skips the test if there is none. */
  public static Browser start(Path profile, boolean dark) throws IOException, InterruptedException {
    assumeTrue(
        Programs.has("chromedriver") && Programs.has("chromium"), "chromium is not installed");
    Process driver =
        new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        String more = dark ? ",'--blink-settings=preferredColorScheme=0'" : "";
        return new Browser(driver, "http://127.0.0.1:" + port.group(1), profile, more);
      }
    }
    throw new IOException("chromedriver does not start");
  }

  private String call(String method, String url, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String value(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      parser.nextToken();
      parser.nextToken();
      return String.valueOf(parser.getText());
    }
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  /** Opens a file. */
  public void open(Path page) throws IOException, InterruptedException {
    call("POST", session + "/url", "{\"url\":" + quoted(page.toUri().toString()) + "}");
  }

  /** Evaluates an expression; its value as text. */
  public String ask(String expression) throws IOException, InterruptedException {
    String script = "return String(" + expression + ")";
    return value(
        call("POST", session + "/execute/sync", "{\"script\":" + quoted(script) + ",\"args\":[]}"));
  }

  /** What was written to the console: an empty list if nothing went wrong. */
  public String console() throws IOException, InterruptedException {
    return call("POST", session + "/se/log", "{\"type\":\"browser\"}");
  }

  /** The addresses of everything that was asked for since the last call, wherever it is. */
  public List<String> requests() throws IOException, InterruptedException {
    String log = call("POST", session + "/se/log", "{\"type\":\"performance\"}");
    Matcher request = REQUEST.matcher(log.replace("\\\"", "\""));
    List<String> addresses = new ArrayList<>();
    while (request.find()) {
      addresses.add(request.group(1));
    }
    return addresses;
  }

  /** Gives pages the width and the touch screen of a telephone, or the width of a window. */
  public void resize(int width, int height, boolean mobile)
      throws IOException, InterruptedException {
    String metrics =
        String.format(
            "{'width':%d,'height':%d,'deviceScaleFactor':1,'mobile':%s}", width, height, mobile);
    String command = "{'cmd':'Emulation.setDeviceMetricsOverride','params':" + metrics + "}";
    call("POST", session + "/goog/cdp/execute", command.replace('\'', '"'));
  }

  /** Writes what is to be seen now. */
  public void screenshot(Path file) throws IOException, InterruptedException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(value(call("GET", session + "/screenshot", ""))));
  }

  @Override
  public void close() throws IOException {
    try {
      call("DELETE", session, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    driver.destroy();
  }
}
