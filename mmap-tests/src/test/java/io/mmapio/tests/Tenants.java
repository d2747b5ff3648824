// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * A program in which applications come and go, each with its own copy of the library and of its
 * handler of faults, in the order that is asked for. Ends with an error if one of them sees what is
 * another's.
 */
final class Tenants {
  private static final int SIZE = 64 << 10;

  private final Path directory;
  private final Deployments deployments = new Deployments();
  private final Map<String, One> tenants = new TreeMap<>();
  private final Map<String, ByteBuffer> kept = new TreeMap<>();
  private final Object whole;
  private final Object zeros = Tenant.checksum(ByteBuffer.allocate(SIZE));

  private Tenants(Path directory) throws IOException {
    this.directory = directory;
    ByteBuffer pattern = ByteBuffer.allocate(SIZE);
    Bytes.pattern(pattern);
    this.whole = Tenant.checksum(pattern);
  }

  private record One(URLClassLoader loader, BiFunction<String, Path, Object> tenant, Path file) {
    Object tell(String word) {
      return tenant.apply(word, file);
    }
  }

  /** Arguments: a directory, and what is to happen, each a word and mostly a name. */
  public static void main(String[] arguments) throws Exception {
    Tenants program = new Tenants(Path.of(arguments[0]));
    for (String step : List.of(arguments).subList(1, arguments.length)) {
      System.out.println(step);
      String[] words = step.split(" ", -1);
      program.happens(words[0], words[words.length - 1]);
    }
    System.out.println("done");
  }

  private void happens(String what, String name) throws Exception {
    switch (what) {
      case "start" -> start(name);
      case "whole" -> look(tenants.get(name), whole, /* lost= */ false);
      case "cut" -> cut(tenants.get(name));
      case "leak" -> kept.put(name, (ByteBuffer) tenants.get(name).tell(Tenant.VIEW));
      case "kept" -> require(Tenant.checksum(kept.get(name)).equals(zeros), "not zeros");
      case "forget" -> kept.remove(name);
      case "end" -> end(name);
      case "alone" -> alone();
      case "own" -> faultOfTheJvm();
      default -> throw new IllegalArgumentException(what);
    }
  }

  private void start(String name) throws Exception {
    Path file = Bytes.patterned(directory.resolve(name), SIZE);
    URLClassLoader loader = deployments.loader();
    One one = new One(loader, Deployments.instance(loader, Tenant.class), file);
    tenants.put(name, one);
    one.tell(Tenant.MAP);
    look(one, whole, /* lost= */ false);
  }

  private static void look(One one, Object checksum, boolean lost) {
    require(one.tell(Tenant.CHECKSUM).equals(checksum), "other bytes than expected");
    String said = String.valueOf(one.tell(Tenant.CALL));
    require(said.contains("LostPageException") == lost, "its calls say " + said);
  }

  private void cut(One one) throws IOException {
    Bytes.truncate(one.file());
    look(one, zeros, /* lost= */ true);
  }

  /** Undeploys it, and waits until it is unloaded; a view that leaked may keep it. */
  private void end(String name) throws IOException {
    undeploy(name);
    int rest = tenants.size() + kept.size();
    require(deployments.collectedBut(rest), name + " stays: " + deployments.remains(directory));
  }

  private void undeploy(String name) throws IOException {
    One one = tenants.remove(name);
    one.tell(Tenant.CLOSE);
    one.loader().close();
  }

  private void alone() throws IOException {
    deployments.requireNothingLeft(directory);
  }

  /** The file of a mapping that is none of ours is cut: that is the JVM's to handle. */
  private void faultOfTheJvm() throws IOException {
    Path file = Bytes.patterned(directory.resolve("own"), SIZE);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer view = channel.map(MapMode.READ_WRITE, 0, SIZE);
      Bytes.truncate(file);
      int read = view.get(SIZE / 2);
      System.gc(); // on JDK 17 the error may be raised only when the thread next meets the JVM
      throw new AssertionError("read " + read + " where there is no page");
    } catch (InternalError e) {
      System.out.println(e.getMessage());
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
