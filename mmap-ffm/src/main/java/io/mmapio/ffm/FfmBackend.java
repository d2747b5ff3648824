// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Feature;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The backend: a family of calls in each of the interfaces, the differences in {@link Unix}. */
final class FfmBackend
    implements MmapBackend,
        UnixFiles,
        UnixBlocks,
        UnixMappings,
        UnixPages,
        UnixWaits,
        UnixChanges,
        NoGuards {
  private final Unix unix;
  private final JdkObjects jdk;

  private FfmBackend(Unix unix, JdkObjects jdk) {
    this.unix = unix;
    this.jdk = jdk;
  }

  /**
   * Opens the backend. {@link Constants#choose} has been called: the constants of this class are
   * those of the platform.
   *
   * @throws IOException if the JVM or the C library lack what it needs
   */
  static MmapBackend open(String classifier) throws IOException {
    Unix unix = classifier.startsWith("linux") ? new Linux() : new MacOs();
    return new FfmBackend(unix, JdkObjects.find());
  }

  @Override
  public Unix unix() {
    return unix;
  }

  @Override
  public JdkObjects jdk() {
    return jdk;
  }

  @Override
  public String origin() {
    return "the foreign function API of Java " + Runtime.version().feature();
  }

  @Override
  public long pageSize() {
    return Unix.PAGE_SIZE;
  }

  @Override
  public long granularity() {
    return Unix.PAGE_SIZE;
  }

  @Override
  public long residencyVisible(long handle) {
    return UnixFiles.super.residencyVisible(handle);
  }

  @Override
  public long sizeAndVisibility(long handle, long[] visible) {
    return UnixFiles.super.sizeAndVisibility(handle, visible);
  }

  @Override
  public boolean supports(Feature feature) {
    return unix.supports(feature);
  }

  /** A limit of any size over the largest long is no limit. */
  @Override
  public long limit(Limit limit) {
    MemorySegment found = CallMemory.room(Unix.number("sizeof(struct_rlimit)"));
    long error = Libc.limit(Unix.numberOf(limit), found);
    long current = found.get(ValueLayout.JAVA_LONG, Unix.number("struct_rlimit.rlim_cur"));
    return error != 0 ? error : current < 0 ? Long.MAX_VALUE : current;
  }

  @Override
  public @Nullable String errorName(int error) {
    return Errors.name(error);
  }
}
