// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.LostPageException;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program that touches pages which cannot be had, or whose region was lost, each kind of access
 * by itself, and says what came of it. What it says nothing of has ended it.
 */
final class LostPages {
  /** What it says of an access that neither threw nor ended it. */
  static final String RETURNED = "returned";

  /** What follows if the region said so when it was synced, and when it was closed. */
  static final String DAMAGED = ", damaged";

  private static final byte MARKER = 7;

  /** The whole of the arguments, to have the kinds listed that this JDK has. */
  private static final String LIST = "list";

  /** Regions that are lost together, with views of different kinds. */
  private static final int TOGETHER = 3;

  private final Loss loss;
  private final Loss.Place place;
  private final boolean guarded;
  private final int times;
  private final byte[] content = content();
  private final FileChannel scratch;
  private final Map<Integer, Map<String, Kind>> bySize = new HashMap<>(); // of views
  private int lost; // kinds of access for which regions were lost

  private LostPages(FileChannel scratch, Loss loss, Loss.Place place, boolean guarded, int times) {
    this.scratch = scratch;
    this.loss = loss;
    this.place = place;
    this.guarded = guarded;
    this.times = times;
  }

  /** A kind of access, and what it is an access to. */
  private record Kind(boolean toSegment, Touch<?> touch) {
    boolean fits(HeldView view) {
      boolean segment =
          Touch.segmentsExist() && SegmentTouches.segmentType().isInstance(view.view());
      return view.isWritable() && (toSegment ? segment : view.view() instanceof ByteBuffer);
    }

    @SuppressWarnings("unchecked") // the two go together
    long on(Object view) throws Throwable {
      return ((Touch<Object>) touch).on(view);
    }
  }

  /** The arguments that have it listed. */
  static String[] list() {
    return new String[] {LIST};
  }

  /**
   * Arguments: how pages are lost, the file, the image of its disk, whether it is guarded, how
   * often to touch before, and the kinds.
   */
  public static void main(String[] arguments) throws Throwable {
    Path scratch = Files.createTempFile("scratch", null);
    try (FileChannel channel =
        FileChannel.open(
            scratch,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      Map<String, Kind> kinds = kinds(channel, content().length);
      if (arguments[0].equals(LIST)) {
        kinds.keySet().forEach(System.out::println);
        return;
      }
      LostPages program =
          new LostPages(
              channel,
              Loss.valueOf(arguments[0]),
              new Loss.Place(Path.of(arguments[1]), Path.of(arguments[2])),
              Boolean.parseBoolean(arguments[3]),
              Integer.parseInt(arguments[4]));
      for (String kind : List.of(arguments).subList(5, arguments.length)) {
        System.out.println(kind + ": " + program.run(kind, kinds.get(kind)));
      }
    }
    System.out.println("done");
  }

  private static byte[] content() {
    byte[] content = new byte[Math.toIntExact(4 * Mmap.pageSize())];
    Arrays.fill(content, (byte) 'a');
    content[Touch.half(content.length) - 1] = 0; // where a string ends
    return content;
  }

  /** The kinds of access by name, to a view of a size. */
  private static Map<String, Kind> kinds(FileChannel scratch, int size) {
    ByteBuffer same = ByteBuffer.allocateDirect(size).put(content(), 0, size).clear();
    Map<String, Kind> kinds = new LinkedHashMap<>();
    new BufferTouches(MARKER, same).kinds().forEach((n, t) -> kinds.put(n, new Kind(false, t)));
    new NativeTouches(MARKER, scratch).kinds().forEach((n, t) -> kinds.put(n, new Kind(false, t)));
    if (Touch.segmentsExist()) {
      new SegmentTouches(MARKER, SegmentTouches.ofBuffer(same))
          .kinds(size)
          .forEach((n, t) -> kinds.put(n, new Kind(true, t)));
    }
    return kinds;
  }

  private String run(String name, Kind kind) throws Throwable {
    return loss.fate == null ? losePages(kind) : loseRegions(name, kind);
  }

  /** Some regions with views of different kinds, the next time of others; lost together. */
  private String loseRegions(String name, Kind kind) throws Throwable {
    Path directory = place.file().toAbsolutePath().getParent();
    List<LeakedView> all = new ArrayList<>();
    List<ViewKind> viewKinds = ViewKind.all();
    while (all.size() < TOGETHER) {
      ViewKind viewKind = viewKinds.get(lost++ % viewKinds.size());
      LeakedView view = LeakedView.map(directory, viewKind, loss.fate, guarded);
      if (kind.fits(view.held().view())) {
        all.add(view);
      } else {
        view.held().region().close();
      }
    }
    for (LeakedView view : all) {
      // The code is the same for all of them: it is hot after the first.
      view.touch(to(view, name), view == all.get(0) ? times : Math.min(times, 2));
      view.lose();
    }
    if (loss.fate.dropped) {
      Held.collect(all.stream().map(LeakedView::held).toList());
    }
    Set<String> outcomes = new TreeSet<>();
    for (LeakedView view : all) {
      outcomes.add(attempt(() -> view.touch(to(view, name), 1)));
    }
    return String.join("; ", outcomes);
  }

  private Touch<Object> to(LeakedView view, String name) {
    int length = view.held().view().length;
    return bySize.computeIfAbsent(length, size -> kinds(scratch, size)).get(name)::on;
  }

  private String losePages(Kind kind) throws Throwable {
    Files.write(place.file(), content);
    MapOptions options = Mmap.file(place.file()).access(Access.READ_WRITE);
    MappedRegion region = (guarded ? options.guarded() : options).map();
    try {
      Object view = kind.toSegment() ? region.as(SegmentTouches.segmentType()) : region.buffer();
      for (int i = 0; i < times; i++) {
        kind.on(view);
      }
      loss.happen(region, place);
      String outcome = attempt(() -> kind.on(view));
      boolean says = region.isOpen() && saysDamaged(region::sync);
      return outcome + (says && saysDamaged(region::close) ? DAMAGED : "");
    } finally {
      saysDamaged(region::close);
      loss.undo(place);
    }
  }

  /** A call of a region. */
  @FunctionalInterface
  private interface Call {
    void make() throws IOException;
  }

  /** Something that touches. */
  @FunctionalInterface
  private interface Attempt {
    void make() throws Throwable;
  }

  private static boolean saysDamaged(Call call) {
    try {
      call.make();
      return false;
    } catch (LostPageException e) {
      return true;
    } catch (UncheckedIOException e) {
      return e.getCause() instanceof LostPageException;
    } catch (IOException e) {
      return false; // of an unguarded region on a broken disk
    }
  }

  private static String attempt(Attempt attempt) throws Throwable {
    String outcome;
    try {
      attempt.make();
      meetTheJvm();
      outcome = RETURNED;
    } catch (InternalError | IOException e) {
      outcome = e.getClass().getSimpleName();
    } catch (AssertionError e) {
      outcome = e.toString(); // it saw something else than it must
    }
    try {
      meetTheJvm();
      return outcome;
    } catch (InternalError another) {
      return another.getClass().getSimpleName(); // one for each time that the access faulted
    }
  }

  /** JDK 17 raises the error of an access only when the thread next needs the JVM for something. */
  private static int meetTheJvm() {
    System.gc();
    return new int[1][1].length; // takes a call of the JVM when interpreted
  }
}
