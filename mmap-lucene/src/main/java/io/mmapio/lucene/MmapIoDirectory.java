// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FSLockFactory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.LockFactory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.ReadOnceHint;
import org.apache.lucene.util.Unwrappable;
import org.jspecify.annotations.Nullable;

/**
 * A directory that reads index files through mmap-io. It replaces {@link MMapDirectory} and can
 * open the same index.
 *
 * <p>A file of any size is one mapping and one segment.
 *
 * <p><b>Closing.</b> Closing an input waits for no reader. The input throws {@link
 * org.apache.lucene.store.AlreadyClosedException} from then on. Its clones and slices throw it once
 * all files of the same index segment are closed, as with {@code MMapDirectory}, and a moment later
 * than there: a thread of this library ends the {@link java.lang.foreign.Arena} of these files and
 * then closes their mappings. {@link #close()} waits for that thread, and so does closing an input
 * while more than 10,000 files wait.
 *
 * <p><b>Use after closing.</b> Until the arena has ended, clones and slices read the bytes of the
 * file. Afterwards every read throws. No read returns anything else, because the file is unmapped
 * only after the arena has ended, and the JDK promises that no access through an ended arena
 * succeeds. This is also true for the segments in which Lucene compares vectors and decodes
 * postings without calling an input; such an access throws {@link IllegalStateException}. JDK 25
 * was seen to let compiled code read on after the arena had ended; so files stay mapped for a
 * second longer, and after that such code reads zeros and never ends the JVM.
 *
 * <p>A file that Lucene opens with {@link ReadOnceHint} may be read and closed only by the thread
 * that opened it.
 *
 * <p>The library needs native access: start Java with {@code --enable-native-access}, see the
 * README.
 */
public final class MmapIoDirectory extends FSDirectory {
  private final DirectoryOptions options;
  private final ConcurrentHashMap<String, FileGroup> groups = new ConcurrentHashMap<>();

  /**
   * Opens a directory with {@link DirectoryOptions#DEFAULT}.
   *
   * @param path of the directory, which is created if it does not exist
   * @throws IOException if the directory cannot be created
   */
  public MmapIoDirectory(Path path) throws IOException {
    this(path, DirectoryOptions.DEFAULT);
  }

  /**
   * Opens a directory with {@link DirectoryOptions#DEFAULT}.
   *
   * @param path of the directory, which is created if it does not exist
   * @param lockFactory creates the lock of index writers
   * @throws IOException if the directory cannot be created
   */
  public MmapIoDirectory(Path path, LockFactory lockFactory) throws IOException {
    this(path, lockFactory, DirectoryOptions.DEFAULT);
  }

  /**
   * Opens a directory.
   *
   * @param path of the directory, which is created if it does not exist
   * @param options how files are read
   * @throws IOException if the directory cannot be created
   */
  public MmapIoDirectory(Path path, DirectoryOptions options) throws IOException {
    this(path, FSLockFactory.getDefault(), options);
  }

  /**
   * Opens a directory.
   *
   * @param path of the directory, which is created if it does not exist
   * @param lockFactory creates the lock of index writers
   * @param options how files are read
   * @throws IOException if the directory cannot be created
   */
  public MmapIoDirectory(Path path, LockFactory lockFactory, DirectoryOptions options)
      throws IOException {
    super(path, lockFactory);
    this.options = Objects.requireNonNull(options, "options");
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    ensureOpen();
    ensureCanRead(name);
    Path path = getDirectory().resolve(name);
    String description = "MappedIndexInput(path=\"" + path + "\")";
    // Lucene's tests wrap the file system, and only the inner one has files to map.
    MapOptions mapping = Mmap.file(Unwrappable.unwrapAll(path));
    // The descriptor of a guarded file tells how much is left of it.
    MappedRegion region =
        (options.isGuarded() ? mapping.guarded() : mapping.withoutDescriptor()).map();
    Lifetime lifetime = null;
    try {
      if (options.isPreloaded(name, context)) {
        region.pages().populate(Prefault.READ);
      }
      lifetime = lifetime(name, context);
      OpenFile file = new OpenFile(region, lifetime, options, name, description);
      return MappedIndexInput.of(file, description, context);
    } catch (Throwable e) {
      closeAfter(e, lifetime, region);
      throw e;
    }
  }

  private Lifetime lifetime(String name, IOContext context) {
    if (context.hints().contains(ReadOnceHint.INSTANCE)) {
      return Lifetime.OfOneThread.begin();
    }
    return MMapDirectory.GROUP_BY_SEGMENT
        .apply(name)
        .map(this::group)
        .orElseGet(() -> new FileGroup(group -> {}));
  }

  private FileGroup group(String key) {
    return groups.compute(
        key, (same, group) -> group != null && group.join() ? group : newGroup(key));
  }

  private FileGroup newGroup(String key) {
    return new FileGroup(group -> groups.remove(key, group));
  }

  /**
   * Fetches many parts of a file before they are read, in one call of the operating system. The
   * call does not wait for the disk. For codecs and collectors that know what they will read;
   * {@link IndexInput#prefetch} fetches one part.
   *
   * @param input of a directory of this class, or anything else, for which this does nothing
   * @param offsets of the parts in the input
   * @param length of each part in bytes
   * @throws IndexOutOfBoundsException if a part is not inside the input; nothing is fetched then
   * @throws IOException if the operating system reports an error
   */
  public static void prefetch(IndexInput input, long[] offsets, long length) throws IOException {
    if (FilterIndexInput.unwrap(input) instanceof MappedIndexInput mapped) {
      mapped.prefetchAll(offsets, length);
    }
  }

  private static void closeAfter(Throwable e, @Nullable Lifetime lifetime, MappedRegion region) {
    try {
      if (lifetime == null) {
        region.close();
      } else {
        lifetime.end(region);
      }
    } catch (RuntimeException closing) {
      e.addSuppressed(closing);
    }
  }

  /**
   * Closes this directory. Waits until the files of all inputs are released that were closed
   * before.
   */
  @Override
  public synchronized void close() throws IOException {
    super.close();
    ArenaCloser.await();
  }
}
