// SPDX-License-Identifier: Apache-2.0
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The recipe of docs/cookbook.md for weights: compiled and run by a test on JDK 22 and later. */
final class Weights {
  private static final long TENSOR = (5L << 30) / 2; // longer than a ByteBuffer

  private Weights() {}

  // recipe: weights of a model
  private static final Pattern TENSORS =
      Pattern.compile("\"([^\"]+)\":\\{[^{}]*\"data_offsets\":\\[(\\d+),(\\d+)][^{}]*}");
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Opens a safetensors file: every tensor by its name, as a slice of one mapping. */
  static Map<String, MemorySegment> tensors(MappedRegion region) {
    MemorySegment all = region.as(MemorySegment.class); // any size
    long header = all.get(ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    MemorySegment json = all.asSlice(8, header);
    MemorySegment data = all.asSlice(8 + header);
    Map<String, MemorySegment> tensors = new HashMap<>();
    Matcher matcher = TENSORS.matcher(StandardCharsets.UTF_8.decode(json.asByteBuffer()));
    while (matcher.find()) {
      long start = Long.parseLong(matcher.group(2));
      long end = Long.parseLong(matcher.group(3));
      tensors.put(matcher.group(1), data.asSlice(start, end - start));
    }
    return tensors;
  }

  static float dot(MemorySegment row, float[] vector) {
    float sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += row.getAtIndex(FLOAT, i) * vector[i];
    }
    return sum;
  }

  // end

  public static void main(String[] arguments) throws IOException {
    Path path = Files.createTempFile("weights", ".safetensors");
    try {
      write(path);
      try (MappedRegion region = Mmap.file(path).advise(Advice.RANDOM).map()) {
        Map<String, MemorySegment> tensors = tensors(region);
        MemorySegment large = tensors.get("large");
        System.out.println("tensors " + tensors.size() + " mapped " + large.isMapped());
        System.out.println("large " + large.byteSize());
        System.out.println("dot " + dot(tensors.get("small"), new float[] {1, 10, 100}));
        System.out.println("dot " + dot(large.asSlice(TENSOR - 12), new float[] {1, 10, 100}));
        System.out.println("dot " + dot(tensors.get("last"), new float[] {1, 10, 100}));
        System.out.println("few pages " + (region.incore().resident() < 1_000));
      }
    } finally {
      Files.delete(path);
    }
  }

  /** By ordinary file I/O, sparse, as another program would have written it. */
  private static void write(Path path) throws IOException {
    String json =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + tensor("small", 3, 0, 12)
            + ","
            + tensor("large", TENSOR / 4, 12, 12 + TENSOR)
            + ","
            + tensor("last", 3, 12 + TENSOR, 24 + TENSOR)
            + "}";
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.writeLong(Long.reverseBytes(header.length));
      file.write(header);
      long data = 8 + header.length;
      floats(file, data, 1, 2, 3);
      floats(file, data + TENSOR, 4, 5, 6); // the end of the large one
      floats(file, data + 12 + TENSOR, 7, 8, 9);
    }
  }

  private static String tensor(String name, long elements, long start, long end) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, elements, start, end);
  }

  private static void floats(RandomAccessFile file, long at, float... values) throws IOException {
    file.seek(at);
    for (float value : values) {
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(value)));
    }
  }
}
