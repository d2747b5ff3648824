// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * Pages of 4 KiB, of which some are changed and committed as one: after {@code commit} they are
 * durable. A value is so long that one of them fills a page of each store; one byte more, and the
 * peers would need two.
 */
interface PageStore extends AutoCloseable {
  /** 256 MiB. */
  int PAGES = 1 << 16;

  int PAGE = 4096;

  /** Bytes of a value. */
  int LENGTH = 4000;

  String OURS = "ours";
  String SQLITE = "SQLite, WAL, FULL";
  String LMDB = "LMDB";

  /** Changes a page. */
  void put(int page, byte[] value) throws IOException;

  /** Makes the changes durable. */
  void commit() throws IOException;

  @Override
  void close() throws IOException;

  /** Makes a store in a directory, with a value in each page. */
  static PageStore open(String peer, Path directory) throws IOException {
    return switch (peer) {
      case OURS -> new RegionStore(directory.resolve("pages"));
      case SQLITE -> new SqliteStore(directory.resolve("database"));
      default -> new LmdbPages(directory);
    };
  }

  /** An atomic region. */
  final class RegionStore implements PageStore {
    private final AtomicRegion region;
    private final ByteBuffer view;

    RegionStore(Path path) throws IOException {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        byte[] page = new byte[PAGE];
        for (int i = 0; i < PAGES; i++) {
          file.write(page);
        }
        file.getFD().sync();
      }
      region = Mmap.atomic(path).open();
      view = region.region().buffer();
    }

    @Override
    public void put(int page, byte[] value) {
      view.put(page * PAGE, value);
    }

    @Override
    public void commit() throws IOException {
      region.commit();
    }

    @Override
    public void close() throws IOException {
      region.close();
    }
  }

  /** A table with one row in each page; a commit is one sync of the write-ahead log. */
  final class SqliteStore implements PageStore {
    private final Connection connection;
    private final PreparedStatement update;

    SqliteStore(Path path) throws IOException {
      try {
        connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        try (Statement statement = connection.createStatement()) {
          statement.execute("PRAGMA page_size = " + PAGE);
          statement.execute("PRAGMA journal_mode = WAL");
          statement.execute("PRAGMA synchronous = FULL");
          statement.execute("PRAGMA cache_size = -400000");
          statement.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, value BLOB)");
        }
        connection.setAutoCommit(false);
        fill();
        update = connection.prepareStatement("UPDATE pages SET value = ? WHERE id = ?");
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    private void fill() throws SQLException {
      byte[] value = new byte[LENGTH];
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO pages VALUES (?, ?)")) {
        for (int i = 0; i < PAGES; i++) {
          insert.setInt(1, i);
          insert.setBytes(2, value);
          insert.executeUpdate();
        }
      }
      connection.commit();
    }

    @Override
    public void put(int page, byte[] value) throws IOException {
      try {
        update.setBytes(1, value);
        update.setInt(2, page);
        update.executeUpdate();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void commit() throws IOException {
      try {
        connection.commit();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }

  /** A tree whose values have pages of their own; a commit is two syncs. */
  final class LmdbPages implements PageStore {
    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> values;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Integer.BYTES);
    private final ByteBuffer content = ByteBuffer.allocateDirect(LENGTH);
    private Txn<ByteBuffer> txn;

    LmdbPages(Path directory) {
      env = Env.create().setMapSize(1L << 30).setMaxDbs(1).open(directory.toFile());
      values = env.openDbi("pages", org.lmdbjava.DbiFlags.MDB_CREATE);
      txn = env.txnWrite();
      byte[] value = new byte[LENGTH];
      for (int i = 0; i < PAGES; i++) {
        put(i, value);
      }
      commit();
    }

    @Override
    public void put(int page, byte[] value) {
      values.put(txn, key.clear().putInt(page).flip(), content.clear().put(value).flip());
    }

    @Override
    public void commit() {
      txn.commit();
      txn.close();
      txn = env.txnWrite();
    }

    @Override
    public void close() {
      txn.close();
      env.close();
    }
  }
}
