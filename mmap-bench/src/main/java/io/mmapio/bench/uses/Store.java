// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** Values of a fixed length by numbers, which several processes read. */
interface Store extends AutoCloseable {
  String OURS = "ours";
  String FILE = "RandomAccessFile";
  String MVSTORE = "H2 MVStore";
  String LMDB = "LMDB";

  /** Bytes of a value. */
  int LENGTH = 256;

  /** Keys are below it. */
  int KEYS = 200_000;

  /** Copies a value, and fails if there is none. */
  void get(long key, byte[] value) throws IOException;

  @Override
  void close() throws IOException;

  /** Writes a value for every key. */
  static void fill(String name, Path directory) throws IOException {
    Files.createDirectories(directory);
    byte[] value = new byte[LENGTH];
    switch (name) {
      case OURS -> SlotStore.fill(directory.resolve("slots"), value);
      case FILE -> {
        try (RandomAccessFile file =
            new RandomAccessFile(directory.resolve("file").toFile(), "rw")) {
          for (int key = 0; key < KEYS; key++) {
            file.write(value);
          }
        }
      }
      case MVSTORE -> {
        try (MVStore store = MVStore.open(directory.resolve("store").toString())) {
          MVMap<Long, byte[]> map = store.openMap("values");
          for (long key = 0; key < KEYS; key++) {
            map.put(key, value);
          }
        }
      }
      default -> fillLmdb(directory, value);
    }
  }

  private static void fillLmdb(Path directory, byte[] value) {
    try (Env<ByteBuffer> env =
        Env.create().setMapSize(1L << 30).setMaxDbs(1).open(directory.toFile())) {
      Dbi<ByteBuffer> values = env.openDbi("values", DbiFlags.MDB_CREATE);
      try (Txn<ByteBuffer> txn = env.txnWrite()) {
        ByteBuffer direct = ByteBuffer.allocateDirect(LENGTH).put(value).flip();
        ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);
        for (long key = 0; key < KEYS; key++) {
          values.put(txn, number.putLong(0, key), direct);
        }
        txn.commit();
      }
    }
  }

  /** Opens what was filled, to read. */
  static Store open(String name, Path directory) throws IOException {
    return switch (name) {
      case OURS -> new SlotStore(directory.resolve("slots"));
      case FILE -> new FileStore(directory.resolve("file"));
      case MVSTORE -> new TreeStore(directory.resolve("store"));
      default -> new LmdbStore(directory);
    };
  }

  /** A slot for each key in a file. */
  final class FileStore implements Store {
    private final RandomAccessFile file;

    FileStore(Path path) throws IOException {
      file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public void get(long key, byte[] value) throws IOException {
      file.seek(key * LENGTH);
      file.readFully(value);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** H2's store of trees, with its cache. */
  final class TreeStore implements Store {
    private final MVStore store;
    private final MVMap<Long, byte[]> map;

    TreeStore(Path path) {
      store = new MVStore.Builder().fileName(path.toString()).readOnly().cacheSize(256).open();
      map = store.openMap("values");
    }

    @Override
    public void get(long key, byte[] value) {
      System.arraycopy(map.get(key), 0, value, 0, LENGTH);
    }

    @Override
    public void close() {
      store.closeImmediately();
    }
  }

  /** LMDB with one transaction that is renewed for each value, as a cache needs the newest. */
  final class LmdbStore implements Store {
    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> values;
    private final Txn<ByteBuffer> txn;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);

    LmdbStore(Path directory) {
      env =
          Env.create()
              .setMapSize(1L << 30)
              .setMaxDbs(1)
              .open(directory.toFile(), EnvFlags.MDB_RDONLY_ENV);
      values = env.openDbi("values");
      txn = env.txnRead();
    }

    @Override
    public void get(long key, byte[] value) {
      txn.reset();
      txn.renew();
      values.get(txn, number.putLong(0, key)).get(value);
    }

    @Override
    public void close() {
      txn.close();
      env.close();
    }
  }
}
