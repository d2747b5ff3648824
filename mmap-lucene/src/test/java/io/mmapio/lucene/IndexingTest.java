// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.junit.Test;

/** Random documents, written and merged by many threads in the directory, and then checked. */
public class IndexingTest extends LuceneTestCase {
  private static final int THREADS = 8;

  @Test
  public void checkIndexFindsNoFault() throws Exception {
    index(new MmapIoDirectory(createTempDir()));
  }

  @Test
  public void checkIndexFindsNoFaultInGuardedFiles() throws Exception {
    index(new MmapIoDirectory(createTempDir(), DirectoryOptions.DEFAULT.guarded()));
  }

  @Test
  public void lucenesDirectoryReadsTheSameIndex() throws Exception {
    Path folder = createTempDir();
    index(new MmapIoDirectory(folder));
    try (FSDirectory lucene = FSDirectory.open(folder)) {
      TestUtil.checkIndex(lucene);
    }
  }

  private void index(FSDirectory files) throws Exception {
    // Closing it checks that no file is left open, and checks the index once more.
    try (MockDirectoryWrapper directory = new MockDirectoryWrapper(random(), files)) {
      directory.setThrottling(MockDirectoryWrapper.Throttling.NEVER);
      RandomIndexWriter writer = new RandomIndexWriter(random(), directory);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        long seed = random().nextLong();
        threads.add(new Thread(() -> addUntilLate(writer, new Random(seed), failure)));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      writer.close();
      TestUtil.checkIndex(directory);
    }
  }

  private void addUntilLate(
      RandomIndexWriter writer, Random random, AtomicReference<Throwable> failure) {
    long end = System.nanoTime() + Settings.SECONDS * 1_000_000_000L;
    try {
      while (System.nanoTime() < end && failure.get() == null) {
        String id = Integer.toString(random.nextInt(10_000));
        if (random.nextInt(10) == 0) {
          writer.deleteDocuments(new Term("id", id));
        } else {
          writer.updateDocument(new Term("id", id), document(id, random));
        }
        if (random.nextInt(200) == 0) {
          readSomething(writer, random);
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void readSomething(RandomIndexWriter writer, Random random) throws IOException {
    try (IndexReader reader = writer.getReader()) {
      if (reader.maxDoc() > 0) {
        reader.storedFields().document(random.nextInt(reader.maxDoc()));
      }
    }
  }

  private static Document document(String id, Random random) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(100); i >= 0; i--) {
      text.append(TestUtil.randomRealisticUnicodeString(random, 1, 8)).append(' ');
    }
    document.add(new TextField("text", text.toString(), Field.Store.YES));
    document.add(new LongPoint("point", random.nextLong()));
    document.add(new SortedNumericDocValuesField("value", random.nextLong()));
    document.add(new KnnFloatVectorField("vector", new float[] {random.nextFloat(), 1, 2, 3}));
    return document;
  }
}
