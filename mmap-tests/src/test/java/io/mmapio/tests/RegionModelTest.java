// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/**
 * Whatever is done to a region in whatever order, its bytes are those of an array, and so are those
 * of views that are kept when it is closed or left to the collector.
 */
final class RegionModelTest {
  private static final int CAPACITY = 300_000;

  private static final List<Advice> ADVICE = List.of(Advice.values());

  /** What may be done to a region. */
  enum Kind {
    PUT,
    GROW,
    SHRINK,
    SYNC,
    ADVISE,
    POPULATE,
    PUNCH_HOLE,
    EVICT,
    LOCK,
    INCORE,
    CHECKED_READ,
    CHECKED_WRITE,
    READ_BLOCK,
    WRITE_BLOCK,
    TRANSFER,
    SEAL_AND_OPEN,
    CLOSE_AND_MAP,
    DROP_AND_MAP,
    KEEP_VIEW,
    WRITE_VIEW,
    DROP_VIEWS,
    COLLECT
  }

  /**
   * One step: where and how much are parts of what there is, so that shrinking keeps them valid.
   */
  record Step(Kind kind, double from, double length, int value) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Double> part = Arbitraries.doubles().between(0, 1).ofScale(6);
    return Combinators.combine(
            Arbitraries.of(Kind.class), part, part, Arbitraries.integers().between(0, 255))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 1_000)
  void bytesOfARegionAreThoseOfAnArray(
      @ForAll("steps") List<Step> steps, @ForAll boolean guarded, @ForAll boolean sparse)
      throws IOException {
    run(steps, guarded, sparse);
  }

  @Property(tries = 20_000)
  @Tag("long")
  void thousandsOfTimes(
      @ForAll("steps") List<Step> steps, @ForAll boolean guarded, @ForAll boolean sparse)
      throws IOException {
    run(steps, guarded, sparse);
  }

  /** Found by chance: where the first region no longer had the file, it shows zeros for good. */
  @Example
  void viewOfARegionThatWasShrunkAndDropped() throws IOException {
    run(
        List.of(
            new Step(Kind.GROW, 0.5, 0, 0),
            new Step(Kind.KEEP_VIEW, 0.9, 0.1, 0),
            new Step(Kind.SHRINK, 0.1, 0, 0),
            new Step(Kind.DROP_AND_MAP, 0, 0, 0),
            new Step(Kind.GROW, 1, 0, 0),
            new Step(Kind.PUT, 0, 1, 254)),
        false,
        false);
  }

  private static void run(List<Step> steps, boolean guarded, boolean sparse) throws IOException {
    Path file = Files.createTempFile("model", null);
    MapOptions options = Mmap.file(file).access(Access.READ_WRITE).capacity(CAPACITY);
    options = guarded ? Machine.guardedIfPossible(options) : options;
    try (Model model = new Model(file, sparse ? options.sparse() : options)) {
      for (Step step : steps) {
        model.take(step);
        model.compare();
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " after " + steps, e); // one line says how
    } finally {
      delete(file);
    }
  }

  /** Windows deletes no file that is mapped, as it is until a region that was dropped is found. */
  private static void delete(Path file) throws IOException {
    try {
      Files.delete(file);
    } catch (IOException e) {
      Model.require(Footprint.collectUntil(() -> file.toFile().delete()), "cannot be deleted");
    }
  }

  /** A region and the array. */
  private static final class Model implements AutoCloseable {
    private final Path file;
    private final MapOptions options;
    private final KeptViews views = new KeptViews(CAPACITY);
    private MappedRegion region;
    private byte[] bytes = new byte[0];

    Model(Path file, MapOptions options) throws IOException {
      this.file = file;
      this.options = options;
      this.region = options.map();
    }

    void take(Step step) throws IOException {
      int from = (int) (step.from() * bytes.length);
      int length = (int) (step.length() * (bytes.length - from));
      switch (step.kind()) {
        case PUT -> put(from, length, (byte) step.value());
        case GROW -> resize(bytes.length + (int) (step.from() * (CAPACITY - bytes.length)));
        case SHRINK -> resize(Feature.SHRINK.isSupported() ? from : bytes.length);
        case SYNC ->
            region.sync(from, length, step.value() % 2 == 0 ? SyncMode.ASYNC : SyncMode.BLOCKING);
        case ADVISE -> region.advise(from, length, ADVICE.get(step.value() % ADVICE.size()));
        case POPULATE -> region.pages(from, length).populate(Prefault.WRITE);
        case PUNCH_HOLE -> punchHole(from, length);
        case EVICT -> region.pages(from, length).evict();
        case LOCK -> lock(from, Math.min(length, 8192));
        case INCORE -> region.incore(from, length).runs();
        case CHECKED_READ -> checkedRead(from, length);
        case CHECKED_WRITE -> checkedWrite(from, length, (byte) step.value());
        case READ_BLOCK -> readBlock(from, length, step.value() % 2 == 0);
        case WRITE_BLOCK -> writeBlock(from, length, (byte) step.value());
        case TRANSFER -> transfer(from, length);
        case SEAL_AND_OPEN -> sealAndOpen();
        case CLOSE_AND_MAP -> closeAndMap();
        case DROP_AND_MAP -> dropAndMap();
        case KEEP_VIEW -> views.keep(region, step.value(), from, length);
        case WRITE_VIEW ->
            views.write(step.value() / 255.0, step.from(), step.length(), (byte) from, bytes);
        case DROP_VIEWS -> views.drop();
        case COLLECT -> collect(step.value() % 2 == 0);
        default -> throw new AssertionError(step);
      }
    }

    private void put(int from, int length, byte value) {
      byte[] some = new byte[length];
      Arrays.fill(some, value);
      region.buffer(from, length).put(some);
      Arrays.fill(bytes, from, from + length, value);
    }

    private void resize(int to) throws IOException {
      if (to >= bytes.length) {
        region.grow(to);
      } else {
        region.shrink(to);
      }
      bytes = Arrays.copyOf(bytes, to);
    }

    private void punchHole(int from, int length) throws IOException {
      if (!Feature.PUNCH_HOLE.isSupported()) {
        return;
      }
      region.pages(from, length).punchHole();
      int page = Math.toIntExact(Mmap.pageSize());
      int first = (from + page - 1) / page * page;
      boolean toTheEnd = length > 0 && from + length == bytes.length;
      int end = toTheEnd ? bytes.length : (from + length) / page * page;
      if (first < end) {
        Arrays.fill(bytes, first, end, (byte) 0);
      }
    }

    private void lock(int from, int length) throws IOException {
      region.pages(from, length).lock();
      region.pages(from, length).unlock();
    }

    private void checkedRead(int from, int length) throws IOException {
      if (Feature.CHECKED_ACCESS.isSupported()) {
        ByteBuffer target = ByteBuffer.allocate(length);
        region.checked().read(from, target);
        require(target.flip().equals(ByteBuffer.wrap(bytes, from, length)), "checked read");
      }
    }

    private void checkedWrite(int from, int length, byte value) throws IOException {
      if (Feature.CHECKED_ACCESS.isSupported()) {
        byte[] some = new byte[length];
        Arrays.fill(some, value);
        region.checked().write(from, ByteBuffer.wrap(some));
        Arrays.fill(bytes, from, from + length, value);
      }
    }

    private void readBlock(int from, int length, boolean direct) throws IOException {
      ByteBuffer target = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
      region.read(from, target);
      require(target.flip().equals(ByteBuffer.wrap(bytes, from, length)), "read");
    }

    private void writeBlock(int from, int length, byte value) throws IOException {
      byte[] some = new byte[length];
      Arrays.fill(some, value);
      region.write(from, ByteBuffer.wrap(some));
      Arrays.fill(bytes, from, from + length, value);
    }

    /** Writes a part over what comes before it. */
    private void transfer(int from, int length) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        channel.position(from);
        int moved = (int) region.transferFrom(channel, 0, Math.min(from, length));
        require(moved == Math.min(from, length), "moved " + moved);
        System.arraycopy(bytes, from, bytes, 0, moved);
      }
    }

    /** Views that were not collected yet are in the way of sealing, and that is an answer too. */
    private void sealAndOpen() throws IOException {
      try {
        region.protect(Access.READ_ONLY);
      } catch (IllegalStateException e) {
        return;
      }
      require(region.buffer().isReadOnly(), "sealed");
      region.protect(Access.READ_WRITE);
    }

    private void closeAndMap() throws IOException {
      region.close();
      require(Arrays.equals(bytes, Files.readAllBytes(file)), "the file after closing");
      views.regionClosed();
      region = options.map();
    }

    private void dropAndMap() throws IOException {
      views.regionDropped(bytes.length);
      region = options.map();
    }

    /** Where it could show: a collection takes longer than all other steps together. */
    private void collect(boolean really) throws IOException {
      if (really && views.outliveAnotherRegion()) {
        Held.collectOneMore();
        Held.collectOneMore();
      }
    }

    void compare() {
      require(region.size() == bytes.length, "size " + region.size());
      ByteBuffer view = region.buffer();
      require(view.equals(ByteBuffer.wrap(bytes)), "at " + view.mismatch(ByteBuffer.wrap(bytes)));
      views.compare(bytes);
    }

    private static void require(boolean condition, String what) {
      if (!condition) {
        throw new AssertionError(what);
      }
    }

    @Override
    public void close() throws IOException {
      region.close();
      views.regionClosed();
      views.compare(bytes);
      views.drop();
      require(Arrays.equals(bytes, Files.readAllBytes(file)), "the file at the end");
    }
  }
}
