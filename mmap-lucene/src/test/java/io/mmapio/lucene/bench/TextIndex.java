// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** Makes an index of text files and of the text files in zip archives, in pieces of some lines. */
final class TextIndex {
  static final int DIMENSIONS = 768;
  private static final int PIECE = 1_500;

  private static final FieldType BODY = new FieldType(TextField.TYPE_STORED);

  static {
    BODY.setStoreTermVectors(true);
    BODY.setStoreTermVectorPositions(true);
    BODY.freeze();
  }

  private final IndexWriter writer;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          2,
          2,
          1,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(64),
          new ThreadPoolExecutor.CallerRunsPolicy());

  private TextIndex(IndexWriter writer) {
    this.writer = writer;
  }

  static void make(Path target, List<Path> sources) throws IOException, InterruptedException {
    LogByteSizeMergePolicy merging = new LogByteSizeMergePolicy();
    merging.setNoCFSRatio(0);
    merging.setMergeFactor(100); // some twelve segments, so that a reader has many files
    IndexWriterConfig config =
        new IndexWriterConfig(new StandardAnalyzer())
            .setRAMBufferSizeMB(256)
            .setUseCompoundFile(false)
            .setMergePolicy(merging);
    try (Directory directory = new MMapDirectory(target);
        IndexWriter writer = new IndexWriter(directory, config)) {
      TextIndex index = new TextIndex(writer);
      for (Path source : sources) {
        index.add(source);
      }
      index.threads.shutdown();
      index.threads.awaitTermination(1, TimeUnit.HOURS);
      System.out.println(writer.getDocStats().numDocs + " documents");
    }
  }

  private void add(Path source) throws IOException {
    if (Files.isDirectory(source)) {
      try (Stream<Path> below = Files.walk(source)) {
        for (Path file : below.filter(Files::isRegularFile).toList()) {
          add(file.toString(), Files.readAllBytes(file));
        }
      }
      return;
    }
    try (ZipFile zip = new ZipFile(source.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        try (InputStream in = zip.getInputStream(entry)) {
          add(entry.getName(), in.readAllBytes());
        }
      }
    }
  }

  private void add(String name, byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, PIECE); i++) {
      if (bytes[i] == 0) {
        return; // not text
      }
    }
    threads.execute(
        () -> {
          for (int at = 0; at < bytes.length; at += PIECE) {
            int length = Math.min(PIECE, bytes.length - at);
            add(name, new String(bytes, at, length, StandardCharsets.UTF_8), at);
          }
        });
  }

  private void add(String name, String text, long at) {
    long number = Words.mix(name.hashCode() * 31L + at) >>> 40;
    Document document = new Document();
    document.add(new StoredField("name", name));
    document.add(new Field("body", text, BODY));
    document.add(new LongPoint("point", number));
    document.add(new SortedNumericDocValuesField("value", number));
    document.add(
        new KnnFloatVectorField(
            "vector", Words.vector(text, DIMENSIONS), VectorSimilarityFunction.DOT_PRODUCT));
    try {
      writer.addDocument(document);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
