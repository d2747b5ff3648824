// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A program that undeploys an application in the middle of its work: its class loader is closed,
 * its jars are deleted or something else is in their place. From then on no class of it can be
 * loaded. What the library has still to do it does all the same.
 */
final class VanishedJars {
  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private final Path file;
  private final List<Path> jars = new ArrayList<>();
  private final Deployments deployments;
  private final Map<String, BiFunction<String, Path, Object>> tenants = new TreeMap<>();
  private final Map<String, ByteBuffer> views = new TreeMap<>();

  private VanishedJars(Path directory) throws IOException {
    file = Application.file(directory.resolve("file"));
    List<Path> entries = new ArrayList<>();
    for (Path entry : Machine.libraryEntries()) {
      if (Files.isDirectory(entry)) {
        entries.add(entry); // the classes of these tests
      } else {
        jars.add(Files.copy(entry, directory.resolve(entry.getFileName())));
      }
    }
    entries.addAll(jars);
    deployments = new Deployments(entries);
  }

  /** Arguments: a directory, what becomes of the jars, and how to map. */
  public static void main(String[] arguments) throws Exception {
    VanishedJars program = new VanishedJars(Path.of(arguments[0]));
    try {
      program.run(arguments[1], arguments[2]);
    } finally {
      System.out.println("refused: " + ServerLoader.refused());
    }
    System.out.println("done");
  }

  private void run(String fate, String map) throws Exception {
    undeploy(fate, map);
    closeWithView();
    viewIsGivenBackAfterClosing();
    viewOfADroppedRegionKeepsItsPages();
    if (map.equals(Tenant.MAP)) {
      lostPageIsHandledAndLogged();
    }
    tenants.clear();
    views.clear();
    deployments.requireNothingLeft(file);
    List<String> open = LINUX ? stillOpen() : List.of();
    require(open.isEmpty(), "open though their loader is gone: " + open);
  }

  private void undeploy(String fate, String map) throws Exception {
    try (URLClassLoader loader = deployments.loader()) {
      for (String name : List.of("closed", "dropped", "lost")) {
        BiFunction<String, Path, Object> tenant = Deployments.instance(loader, Tenant.class);
        require(tenant.apply(map, file) == null, "not understood: " + map);
        tenants.put(name, tenant);
        views.put(name, (ByteBuffer) tenant.apply(Tenant.VIEW, file));
      }
      if (LINUX) {
        become(fate); // elsewhere they cannot be touched as long as the loader is open
      }
    }
    become(fate);
  }

  private void become(String fate) throws IOException {
    for (Path jar : jars) {
      switch (fate) {
        case "kept" -> require(Files.exists(jar), "not even there");
        case "deleted" -> Files.deleteIfExists(jar);
        case "replaced" -> Files.write(jar, new byte[1000]);
        default -> throw new IllegalArgumentException(fate);
      }
    }
  }

  /** The jars that this process has open. */
  private List<String> stillOpen() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      for (Path link : (Iterable<Path>) links::iterator) {
        String target = Files.exists(link) ? Files.readSymbolicLink(link).toString() : "";
        if (jars.stream().anyMatch(jar -> target.startsWith(jar.toString()))) {
          open.add(target);
        }
      }
    }
    return open;
  }

  private void closeWithView() {
    Bytes.requirePattern(views.get("closed").slice(0, Application.SAMPLE));
    require(tenants.get("closed").apply(Tenant.CLOSE, file) == null, "closing complains");
    require(Redeploys.zeros(views.get("closed")), "not zeros");
  }

  private void viewIsGivenBackAfterClosing() throws IOException {
    long address = Smaps.addressOf(views.get("closed"));
    tenants.remove("closed");
    views.remove("closed");
    boolean back = Footprint.collectUntil(() -> !LINUX || !isMapped(address));
    require(back, "a view is collected, and its addresses stay taken");
  }

  /** A mapping of that address that may be ours: others that come there are smaller. */
  private static boolean isMapped(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      List<Long> range =
          Arrays.stream(line.substring(0, line.indexOf(' ')).split("-", -1))
              .map(bound -> Long.parseUnsignedLong(bound, 16))
              .toList();
      boolean inside = range.get(0) <= address && address < range.get(1);
      if (inside && range.get(1) - address >= Application.SIZE) {
        return true;
      }
    }
    return false;
  }

  private void viewOfADroppedRegionKeepsItsPages() throws IOException {
    tenants.remove("dropped");
    for (int times = 0; times < 5; times++) {
      System.gc();
      Bytes.requirePattern(views.get("dropped").slice(0, Application.SAMPLE));
    }
    views.remove("dropped");
    int others = tenants.size();
    require(
        Footprint.collectUntil(() -> deployments.remains(file).files() <= others),
        "nobody can reach it, and it is mapped: " + deployments.remains(file));
  }

  private void lostPageIsHandledAndLogged() throws IOException {
    Bytes.truncate(file);
    require(Redeploys.zeros(views.get("lost")), "not zeros");
    Object complaint = tenants.get("lost").apply(Tenant.CLOSE, file);
    require(complaint != null, "closing does not tell of the lost page");
    System.out.println(complaint);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
