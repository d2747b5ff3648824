// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md for commits. */
final class CommitRecipeTest {
  private static final int ACCOUNTS = 10_000;

  @TempDir Path directory;

  // recipe: commit all or nothing
  static final class Accounts implements AutoCloseable {
    private final AtomicRegion atomic;
    private final ByteBuffer balances;

    Accounts(Path path) throws IOException {
      atomic = Mmap.atomic(path).open(); // recovers what a crash has left
      balances = atomic.region().buffer();
    }

    void transfer(int from, int to, long amount) throws IOException {
      add(from, -amount);
      add(to, amount);
      if (balance(from) < 0) {
        atomic.rollback(); // the views are as before
        throw new IllegalArgumentException("not enough in " + from);
      }
      atomic.commit(); // both changes are durable, or none
    }

    void add(int account, long amount) {
      balances.putLong(account * Long.BYTES, balance(account) + amount);
    }

    long balance(int account) {
      return balances.getLong(account * Long.BYTES);
    }

    @Override
    public void close() throws IOException {
      atomic.close(); // does not commit
    }
  }

  // end

  @Test
  void transfersAreWhole() throws IOException {
    Path path = Files.write(directory.resolve("accounts"), new byte[ACCOUNTS * Long.BYTES]);
    int last = ACCOUNTS - 1;
    try (Accounts accounts = new Accounts(path)) {
      accounts.add(0, 50);
      accounts.transfer(0, last, 20);
      assertThrows(IllegalArgumentException.class, () -> accounts.transfer(0, last, 31));
      assertEquals(30, accounts.balance(0));
      assertEquals(20, accounts.balance(last));
      accounts.add(0, 1_000);
    }
    try (Accounts accounts = new Accounts(path)) {
      assertEquals(30, accounts.balance(0));
      assertEquals(20, accounts.balance(last));
    }
  }
}
