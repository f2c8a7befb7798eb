import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

import { RolledBackError } from './errors';

/** What is used of a connection with the API of `node:sqlite`. */
export interface SqliteConnection {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  readonly isTransaction: boolean;
}

/** A prepared statement of it. */
interface SqliteStatement {
  columns(): readonly unknown[];
  all(...parameters: never[]): unknown[];
  run(...parameters: never[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
}

/**
 * SQLite in which one flush of the disk serves everything that is written in the same turn of the event loop. A flush takes
 * milliseconds and holds the whole process up; alone, each of the ten or so commits of an operation would pay for one.
 *
 * Nothing is told before it is on disk: a result waits for the commit that it is part of. Transactions are savepoints of
 * that commit, one at a time; one that is rolled back takes nobody with it.
 */
export class GroupCommitDialect implements Dialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  createDriver(): Driver {
    return new GroupCommitDriver(this.#connection);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<never>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** Everybody gets a hand of their own on the one connection. */
class GroupCommitDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #group: CommitGroup;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#group = new CommitGroup(connection);
  }

  async init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new Hand(this.#connection, this.#group));
  }

  async beginTransaction(hand: Hand): Promise<void> {
    await hand.begin();
  }

  async commitTransaction(hand: Hand): Promise<void> {
    await hand.commit();
  }

  async rollbackTransaction(hand: Hand): Promise<void> {
    hand.rollback();
    return Promise.resolve();
  }

  async releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    for (let before = this.#group.before(false); before !== undefined; before = this.#group.before(false)) {
      await before.catch(() => undefined);
    }
  }
}

const writingKinds: readonly string[] = ['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode', 'MergeQueryNode'];

class Hand implements DatabaseConnection {
  readonly #connection: SqliteConnection;
  readonly #group: CommitGroup;
  /** Lets the next transaction begin; there while one is under way here. */
  #done: (() => void) | undefined;

  constructor(connection: SqliteConnection, group: CommitGroup) {
    this.#connection = connection;
    this.#group = group;
  }

  async begin(): Promise<void> {
    this.#done = await this.#group.alone();
    try {
      this.#group.join();
      this.#connection.exec('SAVEPOINT one');
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async commit(): Promise<void> {
    this.#connection.exec('RELEASE one');
    const { durable } = this.#group;
    this.#end();
    await durable;
  }

  rollback(): void {
    // Over already when the commit itself failed; and a full disk rolls everything back by itself.
    if (this.#done !== undefined && this.#connection.isTransaction)
      this.#connection.exec('ROLLBACK TO one; RELEASE one');
    this.#end();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#done !== undefined) {
      if (!this.#connection.isTransaction) throw new RolledBackError('Its transaction was rolled back');
      return this.#run(query);
    }
    const isWriting = writingKinds.includes(query.query.kind);
    // Of what is neither written nor read with the builder nobody knows what it does: it is no part of a commit of others.
    const isPlain = isWriting || query.query.kind === 'SelectQueryNode';
    for (let before = this.#group.before(isPlain); before !== undefined; before = this.#group.before(isPlain)) {
      await before.catch(() => undefined);
    }
    if (isWriting) this.#group.join();
    const { durable } = this.#group;
    const result = this.#run<Row>(query);
    // What somebody else has just written is not told either before it is on disk.
    await durable;
    return result;
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }

  #run<Row>(query: CompiledQuery): QueryResult<Row> {
    try {
      return this.#ask(query);
    } catch (error) {
      this.#group.failed(error);
      throw error;
    }
  }

  #ask<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#connection.prepare(sql);
    const values = parameters as never[];
    if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #end(): void {
    this.#done?.();
    this.#done = undefined;
  }
}

/** The commit that is being gathered. */
class CommitGroup {
  readonly #connection: SqliteConnection;
  #open: PromiseWithEnds | undefined;
  /** The transaction that is under way. */
  #alone: Promise<void> | undefined;
  /** Whether the commit waits for that transaction only. */
  #isDue = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Resolves when what is gathered now is on disk; undefined when there is nothing. */
  get durable(): Promise<void> | undefined {
    return this.#open?.promise;
  }

  /** Begins to gather, if nobody has. */
  join(): void {
    if (this.#open !== undefined) return;
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#open = promiseWithEnds();
    this.#commitSoon();
  }

  /** What a statement has to wait for and then ask again: a transaction, and unless it is plain what is gathered. */
  before(isPlain: boolean): Promise<void> | undefined {
    return this.#alone ?? (isPlain ? undefined : this.durable);
  }

  /** Resolves when a transaction may begin. @returns to be called at its end. */
  async alone(): Promise<() => void> {
    // Looked at again after every wait: another one may have been quicker.
    for (let before = this.#beforeMe(); before !== undefined; before = this.#beforeMe()) await before;
    const { promise, resolve } = promiseWithEnds();
    this.#alone = promise;
    return () => {
      this.#alone = undefined;
      resolve();
    };
  }

  /** A commit that only waits for the transaction that is under way is not held up by the next one. */
  #beforeMe(): Promise<void> | undefined {
    return this.#alone ?? (this.#isDue ? this.durable?.catch(() => undefined) : undefined);
  }

  /** After some errors, such as a full disk, SQLite has rolled back everything: what is gathered is gone, and nothing joins it. */
  failed(error: unknown): void {
    if (this.#open === undefined || this.#connection.isTransaction) return;
    this.#open.reject(error);
    this.#open = undefined;
    this.#isDue = false;
  }

  #commitSoon(): void {
    const group = this.#open;
    setImmediate(() => {
      if (this.#alone === undefined) {
        this.#commit(group);
        return;
      }
      this.#isDue = this.#open === group;
      void this.#alone.then(() => {
        this.#commit(group);
      });
    });
  }

  #commit(group: PromiseWithEnds | undefined): void {
    if (this.#open !== group) return;
    this.#open = undefined;
    this.#isDue = false;
    try {
      this.#connection.exec('COMMIT');
      group?.resolve();
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      group?.reject(error);
    }
  }
}

interface PromiseWithEnds {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function promiseWithEnds(): PromiseWithEnds {
  let ends: Pick<PromiseWithEnds, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    ends = { resolve, reject };
  });
  // Whoever is concerned waits for it; a group whose only member has failed concerns nobody.
  promise.catch(() => undefined);
  return { promise, resolve: () => ends?.resolve(), reject: (reason) => ends?.reject(reason) };
}
