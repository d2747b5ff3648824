// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.ReadAdvice;

/**
 * Options of a {@link MmapIoDirectory}. The object is immutable: each method returns new options.
 *
 * <p>Functions receive the name of a file and the context in which Lucene opens the file. They may
 * be called by many threads at the same time.
 */
public final class DirectoryOptions {
  /** Gives no advice, preloads the files that Lucene asks for, and guards nothing. */
  public static final DirectoryOptions DEFAULT =
      new DirectoryOptions(
          (name, context) -> Optional.empty(), MMapDirectory.PRELOAD_HINT, false, false);

  private final BiFunction<String, IOContext, Optional<ReadAdvice>> readAdvice;
  private final BiPredicate<String, IOContext> preload;
  private final boolean guarded;
  private final boolean reportsLoaded;

  private DirectoryOptions(
      BiFunction<String, IOContext, Optional<ReadAdvice>> readAdvice,
      BiPredicate<String, IOContext> preload,
      boolean guarded,
      boolean reportsLoaded) {
    this.readAdvice = Objects.requireNonNull(readAdvice, "readAdvice");
    this.preload = Objects.requireNonNull(preload, "preload");
    this.guarded = guarded;
    this.reportsLoaded = reportsLoaded;
  }

  /**
   * Sets which advice a file or a slice of a file gets when it is opened. The default is none, as
   * with {@code MMapDirectory}. {@link MMapDirectory#ADVISE_BY_CONTEXT} follows the hints that
   * Lucene gives. Measure before you use it: where the disk reads ahead fast, cold queries became
   * three to four times slower.
   *
   * @param function returns the advice, or empty for none
   * @return new options
   */
  public DirectoryOptions readAdvice(BiFunction<String, IOContext, Optional<ReadAdvice>> function) {
    return new DirectoryOptions(function, preload, guarded, reportsLoaded);
  }

  /**
   * Sets which files are read into memory completely before they are opened.
   *
   * @param predicate the default is {@link MMapDirectory#PRELOAD_HINT}
   * @return new options
   */
  public DirectoryOptions preload(BiPredicate<String, IOContext> predicate) {
    return new DirectoryOptions(readAdvice, predicate, guarded, reportsLoaded);
  }

  /**
   * Guards index files against lost pages: see {@link io.mmapio.MapOptions#guarded()}. If a file
   * was truncated or cannot be read, reading throws {@link
   * org.apache.lucene.index.CorruptIndexException}. Without this option, reading a lost page throws
   * {@link InternalError} or ends the JVM.
   *
   * <p>Every read then also checks whether a page was lost, and vectors are copied to the heap
   * before they are compared. This is slower. At most 16,383 files can be open at a time.
   *
   * @return new options
   */
  public DirectoryOptions guarded() {
    return new DirectoryOptions(readAdvice, preload, true, reportsLoaded);
  }

  /**
   * Makes {@code IndexInput.isLoaded()} ask the operating system: see {@link
   * io.mmapio.MappedRegion#isResident(long, long)}. By default, {@code isLoaded()} returns empty,
   * as Lucene's tests demand of every directory other than {@code MMapDirectory}.
   *
   * @return new options
   */
  public DirectoryOptions reportLoaded() {
    return new DirectoryOptions(readAdvice, preload, guarded, true);
  }

  Optional<ReadAdvice> adviceFor(String file, IOContext context) {
    return readAdvice.apply(file, context);
  }

  boolean isPreloaded(String file, IOContext context) {
    return preload.test(file, context);
  }

  boolean isGuarded() {
    return guarded;
  }

  boolean isLoadedReported() {
    return reportsLoaded;
  }
}
