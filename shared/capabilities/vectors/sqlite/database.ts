/**
 * One SQLite file that several processes read and write at once.
 *
 * @module
 */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { InvalidInputError, VectorStoreError } from "../../../../contracts/errors.ts";

/** SQLite blocks the thread while it waits for a lock, so it waits briefly and the rest is waited without blocking. */
const BLOCKING_WAIT_MS = 50;
/** Longest wait for a lock. Transactions take milliseconds; only a stuck process holds one this long. */
const LOCK_DEADLINE_MS = 30_000;

// https://www.sqlite.org/rescode.html: the low byte is the primary code, 5 = BUSY, 6 = LOCKED.
const sqliteError = z.object({ code: z.literal("ERR_SQLITE_ERROR"), errcode: z.number() });
const isLocked = (error: unknown): boolean => {
  const parsed = sqliteError.safeParse(error);
  return parsed.success && [5, 6].includes(parsed.data.errcode & 0xff);
};

const schema = `
  create table if not exists collections (
    id integer primary key,
    name text not null unique,
    dimensions integer not null
  );
  create table if not exists points (
    collection integer not null references collections (id),
    tenant_id text not null,
    id text not null,
    -- The vector stands before the metadata: a scan then never reads into long text.
    vector blob not null,
    metadata text not null,
    unique (collection, tenant_id, id)
  );
`;

/** Runs work again while another process holds the lock. */
async function whenUnlocked<T>(work: () => T, signal?: AbortSignal): Promise<T> {
  const deadline = Date.now() + LOCK_DEADLINE_MS;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return work();
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (Date.now() > deadline) {
        throw new VectorStoreError(`The vector file stayed locked for ${LOCK_DEADLINE_MS / 1_000} s.`, {
          cause: error,
        });
      }
    }
    // An abort ends the wait; its reason is thrown above.
    await sleep(5 + Math.random() * 25, undefined, { signal }).catch(() => undefined);
  }
}

/** A database of vectors in one file. */
export interface VectorDatabase {
  /** Runs a read. */
  read<T>(work: (database: DatabaseSync) => T, signal?: AbortSignal): Promise<T>;
  /** Runs a write transaction; it must be short, since it keeps other processes out. */
  write<T>(work: (database: DatabaseSync) => T, signal?: AbortSignal): Promise<T>;
  close(): void;
}

/**
 * Opens the file, making it when it is missing.
 * @param extension path of the sqlite-vec loadable extension
 * @throws InvalidInputError when the extension cannot be loaded
 */
export async function openDatabase(path: string, extension: string): Promise<VectorDatabase> {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { allowExtension: true, timeout: BLOCKING_WAIT_MS });
  try {
    database.loadExtension(extension);
  } catch (error) {
    database.close();
    throw new InvalidInputError(`SQLITE_VEC_EXTENSION: ${extension} is not a loadable sqlite-vec extension.`, {
      cause: error,
    });
  }
  database.enableLoadExtension(false);
  await whenUnlocked(() => {
    // A vector of 1,024 dimensions is 4 KB: two fit a page. Readers and a writer do not block one another in WAL mode.
    database.exec("pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = normal;");
    database.exec(`begin immediate; ${schema} commit;`);
  }).catch((error: unknown) => {
    database.close();
    throw error;
  });

  return {
    read: (work, signal) => whenUnlocked(() => work(database), signal),
    write: (work, signal) =>
      whenUnlocked(() => {
        database.exec("begin immediate");
        try {
          const result = work(database);
          database.exec("commit");
          return result;
        } catch (error) {
          if (database.isTransaction) database.exec("rollback");
          throw error;
        }
      }, signal),
    close: () => database.close(),
  };
}
