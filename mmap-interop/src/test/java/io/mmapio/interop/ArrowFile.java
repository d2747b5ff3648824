// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

// recipe: an Arrow file without copies
/** A file of Arrow's IPC format, whose vectors lie in its mapped pages. */
final class ArrowFile implements AutoCloseable {
  private static final int MAGIC = 6; // bytes at the end of the file

  private final MappedRegion region;
  private final ArrowBuf bytes;
  private final ArrowFooter footer;
  private final BufferAllocator allocator;

  ArrowFile(Path path, BufferAllocator allocator) throws IOException {
    this.allocator = allocator;
    region = Mmap.map(path);
    bytes = allocator.wrapForeignAllocation(new Pages(region));
    int length = view(region.size() - MAGIC - 4, 4).getInt();
    footer =
        new ArrowFooter(Footer.getRootAsFooter(view(region.size() - MAGIC - 4 - length, length)));
  }

  /** What tells the region that no vector needs it any more. */
  private static final class Pages extends ForeignAllocation {
    private final MappedRegion region; // is reachable as long as the vectors

    Pages(MappedRegion region) {
      super(region.size(), region.address());
      this.region = region;
    }

    @Override
    protected void release0() {
      region.close();
    }
  }

  /** Shows every record batch in turn; its vectors are good until they are closed. */
  void forEach(Consumer<VectorSchemaRoot> consumer) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(footer.getSchema(), allocator)) {
      VectorLoader loader = new VectorLoader(root);
      for (ArrowBlock block : footer.getRecordBatches()) {
        try (ArrowRecordBatch batch = batch(block)) {
          loader.load(batch);
        }
        consumer.accept(root);
      }
    }
  }

  private ArrowRecordBatch batch(ArrowBlock block) throws IOException {
    int metadata = block.getMetadataLength();
    Message message = Message.getRootAsMessage(view(block.getOffset() + 8, metadata - 8));
    ArrowBuf body = bytes.slice(block.getOffset() + metadata, block.getBodyLength());
    body.getReferenceManager().retain(); // the next call releases it
    return MessageSerializer.deserializeRecordBatch(message, body);
  }

  private ByteBuffer view(long offset, long length) {
    return region.buffer(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Closes the region, unless vectors are still open: then the last of them does. */
  @Override
  public void close() {
    bytes.close();
  }
}
// end
