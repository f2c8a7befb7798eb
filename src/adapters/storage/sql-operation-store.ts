import { type RawBuilder, sql } from 'kysely';

import { LeaseLostError, NotWrittenError } from '../../journal/errors';
import type { NewOperation, Operation, OperationChanges, TakenActivity } from '../../journal/operation';
import type { JournalNews, OperationStore } from '../../journal/ports';

import type { Database } from './database';
import { databaseTime } from './database-time';
import { firstKnown, type OperationsUpdate, toOperation, updateFor } from './operation-rows';
import { planSweep } from './sql-sweep-store';

/** Who has taken an operation may begin with it so much earlier than others. */
const HEAD_START_MS = 300;

/** Others do not wait for what has vanished so often. */
const MOST_VANISHED = 3;

/** The journal in the tables `operations` and `inbox`. Leases run by the clock of the database. */
export class SqlOperationStore implements OperationStore {
  readonly #db: Database['db'];
  readonly #engine: Database['engine'];
  readonly #bell: Database['bell'];
  readonly #clock: (() => number) | undefined;

  /** @param clock - in place of the database's, for tests. */
  constructor({ db, engine, bell }: Pick<Database, 'db' | 'engine' | 'bell'>, clock?: () => number) {
    this.#db = db;
    this.#engine = engine;
    this.#bell = bell;
    this.#clock = clock;
  }

  async accept(operation: NewOperation): Promise<'accepted' | 'known'> {
    const result = await this.#accept(operation);
    if (result === 'accepted') this.#bell?.ring({ kind: 'due' });
    return result;
  }

  onNews(listener: (news: JournalNews) => void): () => void {
    const stop = this.#bell?.listen((news) => {
      if (news.kind !== 'seat') listener(news);
    });
    return stop ?? (() => undefined);
  }

  async #accept(operation: NewOperation): Promise<'accepted' | 'known'> {
    const progress = { isCommitting: false };
    try {
      return await this.#db.transaction().execute(async (transaction) => {
        const result = await this.#insert(transaction, operation);
        progress.isCommitting = true;
        return result;
      });
    } catch (error) {
      // What was not committed is not there, however the connection ended.
      throw progress.isCommitting ? error : new NotWrittenError(error);
    }
  }

  async take(activity: TakenActivity): Promise<'accepted' | 'known'> {
    if ((await this.#take(this.#db, activity)) === 'accepted') return 'accepted';
    const { conversationId, activityId } = activity;
    const row = await this.#db
      .selectFrom('inbox')
      .select('taker')
      .where('conversation_id', '=', conversationId)
      .where('activity_id', '=', activityId)
      .executeTakeFirst();
    // Written by an earlier try of this delivery, whose outcome was unknown.
    return row?.taker === activity.taker ? 'accepted' : 'known';
  }

  async find(id: string): Promise<Operation | undefined> {
    const row = await this.#db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toOperation(row);
  }

  /** Replicas that look at the same time do not wait for each other: each skips what another is just taking. */
  async claim(holder: string, leaseMs: number): Promise<Operation | undefined> {
    const due = this.#db
      .selectFrom('operations')
      .select('id')
      .where('ended_at', 'is', null)
      .where('not_before', '<=', this.#now())
      .where('lease_until', '<=', this.#now())
      .where((eb) =>
        eb('holder', 'is', null)
          .or('holder', '=', holder)
          .or('not_before', '<=', sql<number>`${this.#now()} - ${sql.lit(HEAD_START_MS)}`),
      )
      .orderBy('not_before')
      .limit(1)
      .$if(this.#engine === 'postgres', (query) => query.forUpdate().skipLocked());
    const row = await this.#db
      .updateTable('operations')
      .set(({ eb }) => ({
        holder,
        lease_until: sql<number>`${this.#now()} + ${sql.lit(leaseMs)}`,
        epoch: eb('epoch', '+', 1),
        // A try that vanished with its process is not the fault of the operation, unless that happens again and again.
        attempts: sql<number>`case when lease_until > 0 then attempts else attempts + 1 end`,
        vanished: sql<number>`case when lease_until > 0 then vanished + 1 else vanished end`,
      }))
      .where('id', '=', due)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toOperation(row);
  }

  async isBehind({ id, conversationId, personId, askedAt }: Operation, apart: string): Promise<boolean> {
    const asked = sql<number>`coalesce(asked_at, accepted_at)`;
    const row = await this.#db
      .selectFrom('operations')
      .select('id')
      .where('conversation_id', '=', conversationId)
      .where('person_id', '=', personId)
      .where('ended_at', 'is', null)
      .where('step', '=', 'accepted')
      .where('kind', '<>', apart)
      // Its first try is to come or under way.
      .where((eb) => eb('attempts', '=', 0).or(eb('attempts', '=', 1).and('lease_until', '>', 0)))
      .where('vanished', '<', MOST_VANISHED)
      .where((eb) => eb(asked, '<', askedAt).or(eb(asked, '=', askedAt).and('id', '<', id)))
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** What was given back is not taken again by a renewal that comes late: it would rest for a whole lease, and nobody would work on it. */
  async renew(operation: Operation, leaseMs: number): Promise<void> {
    const row = await this.#db
      .updateTable('operations')
      .set({ lease_until: sql<number>`${this.#now()} + ${sql.lit(leaseMs)}` })
      .where('id', '=', operation.id)
      .where('epoch', '=', operation.epoch)
      .where('lease_until', '>', 0)
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) throw new LeaseLostError(operation.id);
  }

  async save(operation: Operation, changes: OperationChanges): Promise<Operation> {
    const saved = await this.#save(operation, changes);
    if (changes.step === 'answered') this.#bell?.ring({ kind: 'answered', id: operation.id });
    return saved;
  }

  async #save(operation: Operation, changes: OperationChanges): Promise<Operation> {
    const update = updateFor(changes, this.#now());
    const { sweep } = changes;
    if (sweep === undefined) return this.#update(operation, update);
    return this.#db.transaction().execute(async (transaction) => {
      const saved = await this.#update(operation, update, transaction);
      await planSweep(transaction, operation, { ...sweep, now: this.#now() });
      return saved;
    });
  }

  async release(operation: Operation, { delayMs, counts }: { delayMs: number; counts: boolean }): Promise<void> {
    const goOnAt = sql<number>`${this.#now()} + ${sql.lit(Math.round(delayMs))}`;
    // What came of it may be known meanwhile: its tries count from there.
    const attempts = counts ? {} : { attempts: sql<number>`case when attempts > 0 then attempts - 1 else 0 end` };
    await this.#update(operation, {
      ...{ lease_until: 0, holder: null, vanished: 0, ...attempts },
      // Who is to stop does not rest before.
      not_before: sql<number>`case when stop_asked_at is null then ${goOnAt} else ${this.#now()} end`,
    });
    if (delayMs <= 0) this.#bell?.ring({ kind: 'due' });
  }

  async askToStop(id: string): Promise<boolean> {
    const row = await this.#db
      .updateTable('operations')
      .set({
        stop_asked_at: this.#now(),
        not_before: sql<number>`case when not_before > ${this.#now()} then ${this.#now()} else not_before end`,
      })
      .where('id', '=', id)
      .where('step', '=', 'accepted')
      .returning('id')
      .executeTakeFirst();
    if (row !== undefined) this.#bell?.ring({ kind: 'due' });
    return row !== undefined;
  }

  async receipt(id: string, activityId: string): Promise<'card' | 'duplicate' | 'unknown'> {
    const row = await this.#db
      .updateTable('operations')
      .set({
        card_activity_id: firstKnown(activityId),
        // What waits for the receipt goes on; what rests for another reason goes on resting.
        not_before: sql<number>`case when card_sent_at is null then not_before else ${this.#now()} end`,
        card_sent_at: null,
      })
      .where('id', '=', id)
      .returning('card_activity_id')
      .executeTakeFirst();
    if (row === undefined) return 'unknown';
    return row.card_activity_id === activityId ? 'card' : 'duplicate';
  }

  async dueIn(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('operations')
      .select([
        sql<number | null>`min(case when lease_until > not_before then lease_until else not_before end)`.as('at'),
      ])
      .select([sql<number>`${this.#now()}`.as('now')])
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined || row.at === null) return undefined;
    return Math.max(0, row.at - row.now);
  }

  /** How much is not over yet, and for how long the oldest of it has been there. */
  async backlog(): Promise<{ readonly operations: number; readonly oldestMs: number }> {
    const row = await this.#db
      .selectFrom('operations')
      .select(({ fn }) => [fn.countAll<number>().as('operations'), fn.min('accepted_at').as('at')])
      .select([sql<number>`${this.#now()}`.as('now')])
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    const at = row.at as number | null;
    return { operations: row.operations, oldestMs: at === null ? 0 : Math.max(0, row.now - at) };
  }

  async now(): Promise<number> {
    const row = await this.#db.selectNoFrom([sql<number>`${this.#now()}`.as('now')]).executeTakeFirstOrThrow();
    return row.now;
  }

  async forget(olderThanMs: number): Promise<number> {
    const before = sql<number>`${this.#now()} - ${sql.lit(olderThanMs)}`;
    return this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('inbox').where('received_at', '<', before).execute();
      const old = await transaction.deleteFrom('operations').where('ended_at', '<', before).returning('id').execute();
      return old.length;
    });
  }

  async #insert(transaction: Database['db'], operation: NewOperation): Promise<'accepted' | 'known'> {
    const { conversationId, activityId } = operation;
    if ((await this.#take(transaction, { conversationId, activityId, taker: null })) === 'known') return 'known';
    const row = await transaction
      .insertInto('operations')
      .values({
        id: operation.id,
        kind: operation.kind,
        person_id: operation.personId,
        conversation_id: operation.conversationId,
        activity_id: operation.activityId,
        request: JSON.stringify(operation.request),
        step: 'accepted',
        attempts: 0,
        epoch: 0,
        holder: operation.takenBy ?? null,
        lease_until: 0,
        not_before: this.#now(),
        accepted_at: this.#now(),
        asked_at: operation.askedAt ?? null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    return row === undefined ? 'known' : 'accepted';
  }

  async #take(
    db: Database['db'],
    { conversationId, activityId, taker }: Omit<TakenActivity, 'taker'> & { taker: string | null },
  ): Promise<'accepted' | 'known'> {
    const row = await db
      .insertInto('inbox')
      .values({ conversation_id: conversationId, activity_id: activityId, received_at: this.#now(), taker })
      .onConflict((conflict) => conflict.columns(['conversation_id', 'activity_id']).doNothing())
      .returning('activity_id')
      .executeTakeFirst();
    return row === undefined ? 'known' : 'accepted';
  }

  async #update(operation: Operation, changes: OperationsUpdate, db = this.#db): Promise<Operation> {
    const row = await db
      .updateTable('operations')
      .set(changes)
      .where('id', '=', operation.id)
      .where('epoch', '=', operation.epoch)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new LeaseLostError(operation.id);
    return toOperation(row);
  }

  #now(): RawBuilder<number> {
    return databaseTime(this.#engine, this.#clock);
  }
}
