// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;

/** An index of which every answer is known. */
final class SearchedIndex {
  /** In each of the segments. */
  static final int DOCUMENTS = 2_000;

  static final int SEGMENTS = 4;

  private SearchedIndex() {}

  static void write(Directory directory) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig().setUseCompoundFile(false).setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int segment = 0; segment < SEGMENTS; segment++) {
        for (int i = 0; i < DOCUMENTS; i++) {
          writer.addDocument(document(segment * DOCUMENTS + i));
        }
        writer.commit();
      }
    }
  }

  private static Document document(int number) {
    Document document = new Document();
    document.add(new StringField("tens", Integer.toString(number / 10), Field.Store.NO));
    document.add(new SortedNumericDocValuesField("value", 1_000_000L + number));
    document.add(new LongPoint("point", number));
    document.add(new StoredField("number", number));
    document.add(new KnnFloatVectorField("vector", vector(number)));
    return document;
  }

  /** A point of a circle, so that the next neighbours of a number are the numbers beside it. */
  private static float[] vector(int number) {
    double angle = number * 2 * Math.PI / (SEGMENTS * DOCUMENTS);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle), 1, 1};
  }

  /**
   * Searches in several ways.
   *
   * @param number a document; anything from 100 to the last but 100
   * @return what was found wrong, or the empty string
   */
  static String search(DirectoryReader reader, int number) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    TopDocs tens =
        searcher.search(new TermQuery(new Term("tens", Integer.toString(number / 10))), 20);
    if (tens.scoreDocs.length != 10) {
      return "term " + number + ": " + tens.scoreDocs.length;
    }
    for (int i = 0; i < 10; i++) {
      Document found = searcher.storedFields().document(tens.scoreDocs[i].doc);
      if (found.getField("number").numericValue().intValue() != number / 10 * 10 + i) {
        return "stored " + number + ": " + found;
      }
    }
    int points = searcher.count(LongPoint.newRangeQuery("point", number - 50, number + 49));
    int values =
        searcher.count(
            SortedNumericDocValuesField.newSlowRangeQuery(
                "value", 1_000_000L + number - 50, 1_000_000L + number + 49));
    if (points != 100 || values != 100) {
      return "ranges " + number + ": points " + points + ", values " + values;
    }
    TopDocs near = searcher.search(new KnnFloatVectorQuery("vector", vector(number), 1), 1);
    Document found = searcher.storedFields().document(near.scoreDocs[0].doc);
    int nearest = found.getField("number").numericValue().intValue();
    return nearest == number ? "" : "nearest " + number + ": " + nearest;
  }
}
