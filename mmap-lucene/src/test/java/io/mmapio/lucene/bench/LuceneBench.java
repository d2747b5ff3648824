// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.Directory;

/** One measurement in one JVM. Prints lines of a name and a number. */
public final class LuceneBench {
  private static final int QUERIES = 20;

  /** Counts every hit: otherwise a search looks at a thousand documents and then skips. */
  private static final TopScoreDocCollectorManager ALL_HITS =
      new TopScoreDocCollectorManager(10, Integer.MAX_VALUE);

  private LuceneBench() {}

  /**
   * Runs one measurement.
   *
   * @param arguments {@code index INDEX SOURCE...}, or {@code warm|churn INDEX DIRECTORY SECONDS}
   *     or {@code cold INDEX DIRECTORY ROUNDS}
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path index = Path.of(arguments[1]);
    if (arguments[0].equals("index")) {
      List<String> sources = Arrays.asList(arguments).subList(2, arguments.length);
      TextIndex.make(index, sources.stream().map(Path::of).toList());
      return;
    }
    int seconds = Integer.parseInt(arguments[3]);
    try (Directory directory = Directories.valueOf(arguments[2]).open(index)) {
      switch (arguments[0]) {
        case "warm" -> warm(directory, seconds);
        case "churn" -> Churn.run(directory, seconds);
        case "cold" -> Cold.run(directory, seconds);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "%s %.3f%n", name, value);
  }

  private static void warm(Directory directory, int seconds) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = searcher(reader);
      for (int round = 0; round < 2; round++) { // the first is to compile and to load
        for (Queries kind : Queries.values()) {
          double micros = microsPerQuery(searcher, kind.some(QUERIES), seconds);
          if (round > 0) {
            print(kind.name(), micros);
          }
        }
      }
    }
  }

  static IndexSearcher searcher(DirectoryReader reader) {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    return searcher;
  }

  /** The median of the rounds. */
  private static double microsPerQuery(IndexSearcher searcher, List<Query> queries, int seconds)
      throws IOException {
    long[] nanos = new long[1 << 20];
    int rounds = 0;
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      for (Query query : queries) {
        TopDocs found = searcher.search(query, ALL_HITS);
        if (found.scoreDocs.length == 0) {
          throw new IllegalStateException("nothing found: " + query);
        }
      }
      nanos[rounds++] = System.nanoTime() - start;
    }
    Arrays.sort(nanos, 0, rounds);
    return nanos[rounds / 2] / 1e3 / queries.size();
  }
}
