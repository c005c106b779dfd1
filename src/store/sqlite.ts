// The edge to SQLite: opens a file with the settings that make a commit durable and adapts node:sqlite to kysely.
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';

/** Opens for reading and writing; the file is made readable by its owner alone before SQLite sees it. */
export function openWritable(path: string, busyMs: number): DatabaseSync {
  ownerOnly(path);
  const db = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true });
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens for reading; a file in a folder that cannot be written is read as it lies, without its write-ahead log. */
export function openReadOnly(path: string, busyMs: number): DatabaseSync {
  const plain = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
  try {
    plain.prepare('select count(*) from sqlite_schema').get();
    return plain;
  } catch {
    plain.close();
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return new DatabaseSync(url, { readOnly: true, timeout: busyMs });
  }
}

/** Takes the exclusive lock of a file for the life of the connection, or answers null when another holds it. */
export function openLocked(path: string): DatabaseSync | null {
  ownerOnly(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('begin exclusive');
    return db;
  } catch (error) {
    db.close();
    if (sqliteCode(error) === busy) return null;
    throw error;
  }
}

/** A kysely dialect over an open connection; `destroy()` of kysely closes it. */
export function dialectOf(db: DatabaseSync): SqliteDialect {
  return new SqliteDialect({ database: adapt(db) });
}

const busy = 5;

/** The primary SQLite result code behind an error (5 busy, 13 full), or null when it is not from SQLite. */
export function sqliteCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

function ownerOnly(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

function adapt(db: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close() {
      cache.clear();
      db.close();
    },
    prepare(sql) {
      // A deferred reader that turns writer fails busy at once.
      const text = sql === 'begin' ? 'begin immediate' : sql;
      const known = cache.get(text);
      if (known !== undefined) return known;
      const made = statement(db, text);
      if (cache.size >= 256) cache.delete(cache.keys().next().value ?? '');
      cache.set(text, made);
      return made;
    },
  };
}

function statement(db: DatabaseSync, sql: string): SqliteStatement {
  const prepared = db.prepare(sql);
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...parameters.map(bindable)),
    run: (parameters) => prepared.run(...parameters.map(bindable)),
    // An open cursor must not share the cached statement.
    iterate: (parameters) => db.prepare(sql).iterate(...parameters.map(bindable)),
  };
}

function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new TypeError(`cannot store a ${typeof value} in SQLite: convert it before the query`);
}
