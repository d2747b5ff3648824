// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene.bench;

import io.mmapio.lucene.CommitResidency;
import io.mmapio.lucene.MmapIoDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;

/** Searches after the file cache was dropped, which needs root. The code is compiled by then. */
final class Cold {
  private static final int FEW = 20;
  private static final int MANY = 200;

  private final Directory directory;
  private final int rounds;

  private Cold(Directory directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  static void run(Directory directory, int rounds) throws IOException {
    Cold cold = new Cold(directory, rounds);
    for (int i = 0; i < 3; i++) {
      cold.openAndSearch(MANY);
    }
    Path snapshot = Files.createTempFile("residency", ".txt");
    if (directory instanceof MmapIoDirectory ours) {
      CommitResidency.save(ours, newestCommit(directory), snapshot);
    }
    cold.measure("cold_100", FEW, null);
    cold.measure("first_1000", MANY, null);
    cold.measure("warmed_1000", MANY, snapshot);
    Files.delete(snapshot);
  }

  private static IndexCommit newestCommit(Directory directory) throws IOException {
    return DirectoryReader.listCommits(directory).getLast();
  }

  /** Prints the median with and without the time that it takes to load a snapshot. */
  private void measure(String name, int ofEach, Path snapshot) throws IOException {
    double[] all = new double[rounds];
    double[] searching = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3\n");
      long start = System.nanoTime();
      if (snapshot != null && directory instanceof MmapIoDirectory ours) {
        CommitResidency.load(ours, newestCommit(directory), snapshot);
      }
      long loaded = System.nanoTime();
      openAndSearch(ofEach);
      long end = System.nanoTime();
      all[round] = (end - start) / 1e6;
      searching[round] = (end - loaded) / 1e6;
    }
    Arrays.sort(all);
    Arrays.sort(searching);
    LuceneBench.print(name + "_ms", searching[rounds / 2]);
    if (snapshot != null) {
      LuceneBench.print(name + "_with_loading_ms", all[rounds / 2]);
    }
  }

  private void openAndSearch(int ofEach) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = LuceneBench.searcher(reader);
      for (Query query : mixed(ofEach)) {
        TopDocs found = searcher.search(query, 10);
        for (ScoreDoc hit : found.scoreDocs) {
          reader.storedFields().prefetch(hit.doc);
        }
        for (ScoreDoc hit : found.scoreDocs) {
          reader.storedFields().document(hit.doc);
        }
      }
    }
  }

  private static List<Query> mixed(int ofEach) {
    List<Query> queries = new ArrayList<>();
    for (Queries kind : Queries.values()) {
      queries.addAll(kind.some(ofEach));
    }
    return queries;
  }
}
