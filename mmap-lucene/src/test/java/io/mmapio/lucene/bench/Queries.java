// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** The kinds of queries that are measured. */
enum Queries {
  TERM {
    @Override
    Query query(SplittableRandom random) {
      return new TermQuery(new Term("body", word(random)));
    }
  },
  PHRASE {
    @Override
    Query query(SplittableRandom random) {
      String[] phrase = PHRASES[random.nextInt(PHRASES.length)].split(" ", -1);
      return new PhraseQuery("body", phrase);
    }
  },
  POINTS {
    @Override
    Query query(SplittableRandom random) {
      long from = random.nextLong(LARGEST - LARGEST / 50);
      return LongPoint.newRangeQuery("point", from, from + LARGEST / 50);
    }
  },
  SLOW_VALUES {
    @Override
    Query query(SplittableRandom random) {
      long from = random.nextLong(LARGEST / 2);
      return SortedNumericDocValuesField.newSlowRangeQuery("value", from, from + LARGEST / 2);
    }
  },
  KNN {
    @Override
    Query query(SplittableRandom random) {
      String text = word(random) + " " + word(random) + " " + word(random);
      return new KnnFloatVectorQuery("vector", Words.vector(text, TextIndex.DIMENSIONS), 50);
    }
  };

  private static final long LARGEST = 1L << 24;
  private static final String[] WORDS =
      ("return string class public static method param value file list import exception object"
              + " define struct buffer thread memory module version license copyright array index"
              + " pointer function kernel socket address python error message default option")
          .split(" ", -1);
  private static final String[] PHRASES = {
    "public static", "public void", "return this", "private final", "the specified", "this method",
    "if the", "of the", "public class", "struct file", "license version", "throws exception"
  };

  abstract Query query(SplittableRandom random);

  List<Query> some(int count) {
    SplittableRandom random = new SplittableRandom(name().hashCode());
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(query(random));
    }
    return queries;
  }

  private static String word(SplittableRandom random) {
    return WORDS[random.nextInt(WORDS.length)];
  }
}
