// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.apache.lucene.store.ReadAdvice;
import org.jspecify.annotations.Nullable;

/** An index file or a slice of one: one segment, whatever its size. */
class MappedIndexInput extends SequentialInput implements MemorySegmentAccessInput {
  /** Of the first byte, in the file. */
  private final long start;

  private final long length;

  /** Whether closing this input closes the file. Clones and slices do not. */
  private boolean ownsFile;

  /** What the pages of this input were advised; null for nothing. */
  private final @Nullable ReadAdvice advice;

  MappedIndexInput(
      String description,
      OpenFile file,
      long start,
      MemorySegment bytes,
      @Nullable ReadAdvice advice) {
    super(description, file, bytes);
    this.start = start;
    this.length = bytes.byteSize();
    this.advice = advice;
  }

  /** Creates the input of a whole file, which closes the file. */
  static MappedIndexInput of(OpenFile file, String description, IOContext context)
      throws IOException {
    ReadAdvice advice = file.adviceFor(context).orElse(null);
    MappedIndexInput input =
        file.options().isGuarded()
            ? new GuardedIndexInput(description, file, 0, file.bytes(), advice)
            : new MappedIndexInput(description, file, 0, file.bytes(), advice);
    input.ownsFile = true;
    input.adviseAll();
    return input;
  }

  /** Creates a slice of the class of this input. */
  MappedIndexInput part(String description, long offset, long size, @Nullable ReadAdvice ofPart) {
    return new MappedIndexInput(
        description, file, start + offset, bytes.asSlice(offset, size), ofPart);
  }

  /** Returns where the first byte is in the file. */
  final long start() {
    return start;
  }

  private void adviseAll() throws IOException {
    if (advice != null && advice != ReadAdvice.NORMAL && length > 0) {
      file.advise(start, length, advice);
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public MappedIndexInput clone() {
    requireOpen();
    MappedIndexInput clone = (MappedIndexInput) super.clone();
    clone.ownsFile = false;
    return clone;
  }

  @Override
  public MappedIndexInput slice(String sliceDescription, long offset, long size)
      throws IOException {
    return checkedPart(sliceDescription, offset, size, null);
  }

  @Override
  public MappedIndexInput slice(String sliceDescription, long offset, long size, IOContext context)
      throws IOException {
    ReadAdvice of = file.adviceFor(context).orElse(null);
    MappedIndexInput slice = checkedPart(sliceDescription, offset, size, of);
    slice.adviseAll();
    return slice;
  }

  private MappedIndexInput checkedPart(
      String sliceDescription, long offset, long size, @Nullable ReadAdvice of) {
    requireOpen();
    if (offset < 0 || size < 0 || size > length - offset) {
      throw new IllegalArgumentException(
          "slice() "
              + sliceDescription
              + " out of bounds: offset="
              + offset
              + ",length="
              + size
              + ",fileLength="
              + length
              + ": "
              + this);
    }
    try {
      return part(getFullSliceDescription(sliceDescription), offset, size, of);
    } catch (IndexOutOfBoundsException e) {
      throw closedMeanwhile(e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void prefetch(long offset, long size) throws IOException {
    requireOpen();
    Objects.checkFromIndexSize(offset, size, length);
    if (size > 0) {
      file.prefetch(start + offset, size);
    }
  }

  /** Fetches many parts of this input in one call of the operating system. */
  final void prefetchAll(long[] offsets, long size) throws IOException {
    requireOpen();
    long[] inFile = new long[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      inFile[i] = start + Objects.checkFromIndexSize(offsets[i], size, length);
    }
    file.prefetchAll(inFile, size);
  }

  @Override
  public void updateIOContext(IOContext context) throws IOException {
    requireOpen();
    Optional<ReadAdvice> changed = file.adviceFor(context);
    if (changed.isPresent() && length > 0) {
      file.advise(start, length, changed.get());
    }
  }

  @Override
  public boolean isEfficientFor(IOContext context) {
    ReadAdvice wanted = file.adviceFor(context).orElse(null);
    return advice == null || wanted == null || wanted == advice;
  }

  @Override
  public Optional<Boolean> isLoaded() {
    requireOpen();
    if (!file.options().isLoadedReported()) {
      return Optional.empty();
    }
    try {
      return Optional.of(file.isLoaded(start, length));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public @Nullable MemorySegment segmentSliceOrNull(long at, long size) throws IOException {
    requireOpen();
    try {
      return bytes.asSlice(at, size);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, size, e);
    }
  }

  @Override
  public byte readByte(long at) throws IOException {
    try {
      return bytes.get(BYTE, at);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, Byte.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public short readShort(long at) throws IOException {
    try {
      return bytes.get(SHORT, at);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, Short.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public int readInt(long at) throws IOException {
    try {
      return bytes.get(INT, at);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, Integer.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public long readLong(long at) throws IOException {
    try {
      return bytes.get(LONG, at);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, Long.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void readBytes(long at, byte[] target, int offset, int count) throws IOException {
    try {
      MemorySegment.copy(bytes, BYTE, at, target, offset, count);
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(at, count, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (ownsFile) {
        file.close();
      }
    } finally {
      closeThisAlone();
    }
  }
}
