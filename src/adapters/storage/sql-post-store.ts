import { type Insertable, type Selectable, sql } from 'kysely';

import type { CardUpdate, CardWanted, Line, LineWanted, PostStore, PutOff } from '../../posts/ports';

import type { Database } from './database';
import type { CardUpdatesTable, LinesTable } from './schema';
import { TimedStore } from './timed-store';

/** A point in time that does not come: the card waits for its conversation. */
export const atRest = 8_640_000_000_000_000;

/** No line takes longer to be said, its rests not included. */
const sayingMs = 60 * 60 * 1000;

/** What a line that is over knows of people: nothing. */
const unsaid = { content: null, address: null, group_key: '' } as const;

/** What has to be shown and said, in the tables `card_updates` and `lines`. Leases run by the clock of the database. */
export class SqlPostStore extends TimedStore implements PostStore {
  async want(wanted: {
    readonly cards: readonly CardWanted[];
    readonly lines: readonly LineWanted[];
    readonly gatherMs: number;
  }): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      // Always in the same order: two changes of one meeting must not wait for each other in a ring.
      const cards = wanted.cards
        .map((card) => this.#cardRow(card))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
      for (const card of cards) await this.#wantCard(transaction, card);
      const lines = wanted.lines.map((line) => this.#lineRow(line, wanted.gatherMs));
      if (lines.length === 0) return;
      await transaction
        .insertInto('lines')
        .values(lines)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    });
  }

  async claimCards(
    holder: string,
    { leaseMs, most }: { readonly leaseMs: number; readonly most: number },
  ): Promise<readonly CardUpdate[]> {
    const rows = await this.db
      .with(
        // Looked up once: a plan that did it for every row would claim more than `most`.
        (cte) => cte('due').materialized(),
        (db) =>
          db
            .selectFrom('card_updates')
            .select('key')
            .where('not_before', '<=', this.databaseNow())
            .where('lease_until', '<=', this.databaseNow())
            .orderBy('not_before')
            .orderBy('meeting_id')
            .limit(most)
            .$if(this.engine === 'postgres', (query) => query.forUpdate().skipLocked()),
      )
      .updateTable('card_updates')
      .set(({ eb }) => ({ holder, lease_until: this.databaseIn(leaseMs), epoch: eb('epoch', '+', 1) }))
      .where('key', 'in', (eb) => eb.selectFrom('due').select('due.key'))
      .returningAll()
      .returning(this.databaseNow().as('now'))
      .execute();
    return rows.map(toCardUpdate);
  }

  async keepCard(card: CardUpdate, leaseMs: number): Promise<CardUpdate | undefined> {
    const row = await this.#ofClaim(card)
      .set({ lease_until: this.databaseIn(leaseMs) })
      .returningAll()
      .returning(this.databaseNow().as('now'))
      .executeTakeFirst();
    return row === undefined ? undefined : toCardUpdate(row);
  }

  async cardShown(card: CardUpdate): Promise<void> {
    const done = await this.db
      .deleteFrom('card_updates')
      .where('key', '=', keyOf(card))
      .where('epoch', '=', card.epoch)
      .where('wanted', '=', card.wanted)
      .returning('key')
      .executeTakeFirst();
    if (done !== undefined) return;
    const again = await this.#ofClaim(card)
      .set({ lease_until: 0, holder: null, attempts: 0, not_before: this.databaseNow() })
      .returning('key')
      .executeTakeFirst();
    if (again === undefined) await this.want({ cards: [card], lines: [], gatherMs: 0 });
  }

  async putOffCard(card: CardUpdate, { delayMs, counts }: PutOff): Promise<void> {
    await this.#ofClaim(card)
      .set(({ eb }) => ({
        ...{ lease_until: 0, holder: null, not_before: this.databaseIn(delayMs) },
        ...(counts ? { attempts: eb('attempts', '+', 1) } : {}),
      }))
      .execute();
  }

  async parkCard(card: CardUpdate): Promise<void> {
    await this.#ofClaim(card).set({ lease_until: 0, holder: null, not_before: atRest }).execute();
  }

  async dropCard(card: CardUpdate): Promise<void> {
    await this.db
      .deleteFrom('card_updates')
      .where('key', '=', keyOf(card))
      .where('epoch', '=', card.epoch)
      .where('wanted', '=', card.wanted)
      .execute();
  }

  async claimLines(holder: string, leaseMs: number): Promise<readonly Line[]> {
    const due = this.db
      .selectFrom('lines')
      .select('group_key')
      .where('sent_at', 'is', null)
      .where('not_before', '<=', this.databaseNow())
      .where('lease_until', '<=', this.databaseNow())
      .orderBy('not_before')
      .limit(1)
      .$if(this.engine === 'postgres', (query) => query.forUpdate().skipLocked());
    const rows = await this.db
      .updateTable('lines')
      .set(({ eb }) => ({ holder, lease_until: this.databaseIn(leaseMs), epoch: eb('epoch', '+', 1) }))
      .where('group_key', '=', due)
      .where('sent_at', 'is', null)
      .where('lease_until', '<=', this.databaseNow())
      .returningAll()
      .execute();
    return rows.sort(byAge).map(toLine);
  }

  async aboutToSay(lines: readonly Line[]): Promise<readonly Line[]> {
    if (lines.length === 0) return [];
    const rows = await this.db
      .updateTable('lines')
      .set({ sent_at: this.databaseNow() })
      .where('sent_at', 'is', null)
      .where((eb) => eb.or(lines.map(({ id, epoch }) => eb.and({ id, epoch }))))
      .returning('id')
      .execute();
    const ids = new Set(rows.map(({ id }) => id));
    return lines.filter(({ id }) => ids.has(id));
  }

  async putOffLines(lines: readonly Line[], { delayMs, counts }: PutOff): Promise<void> {
    for (const { id, epoch } of lines) {
      await this.db
        .updateTable('lines')
        .set(({ eb }) => ({
          ...{ sent_at: null, lease_until: 0, holder: null, not_before: this.databaseIn(delayMs) },
          ...(counts ? { attempts: eb('attempts', '+', 1) } : {}),
        }))
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .execute();
    }
  }

  async endLines(lines: readonly Line[]): Promise<void> {
    const ids = lines.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.db
      .updateTable('lines')
      .set({ sent_at: sql<number>`coalesce(sent_at, ${this.databaseNow()})`, ...unsaid })
      .where('id', 'in', ids)
      .execute();
  }

  async dueIn(): Promise<number | undefined> {
    const at = sql<number | null>`min(case when lease_until > not_before then lease_until else not_before end)`.as(
      'at',
    );
    const card = await this.db
      .selectFrom('card_updates')
      .select([at, this.databaseNow().as('now')])
      .where('not_before', '<', atRest)
      .executeTakeFirstOrThrow();
    const line = await this.db.selectFrom('lines').select(at).where('sent_at', 'is', null).executeTakeFirstOrThrow();
    const first = Math.min(card.at ?? Infinity, line.at ?? Infinity);
    return first === Infinity ? undefined : Math.max(0, first - card.now);
  }

  async waiting(): Promise<{ readonly cards: number; readonly lines: number }> {
    const { cards } = await this.db
      .selectFrom('card_updates')
      .select(({ fn }) => fn.countAll<number>().as('cards'))
      .where('not_before', '<', atRest)
      .executeTakeFirstOrThrow();
    const { lines } = await this.db
      .selectFrom('lines')
      .select(({ fn }) => fn.countAll<number>().as('lines'))
      .where('sent_at', 'is', null)
      .executeTakeFirstOrThrow();
    return { cards, lines };
  }

  /** Forgets lines that were said, and cards nobody could be shown, `olderThanMs` ago. */
  async forget(olderThanMs: number): Promise<void> {
    const before = sql<number>`${this.databaseNow()} - ${sql.lit(olderThanMs)}`;
    await this.db.deleteFrom('lines').where('sent_at', '<', before).execute();
    // A process that ended while it said a line has not forgotten it.
    const over = sql<number>`${this.databaseNow()} - ${sql.lit(sayingMs)}`;
    await this.db
      .updateTable('lines')
      .set(unsaid)
      .where('sent_at', '<', over)
      .where('content', 'is not', null)
      .execute();
    await this.db.deleteFrom('card_updates').where('queued_at', '<', before).execute();
  }

  /** The newest state replaces one that waits; what is known of its failures counts no more. */
  async #wantCard(db: Database['db'], row: Insertable<CardUpdatesTable>): Promise<void> {
    await db
      .insertInto('card_updates')
      .values({ ...row, epoch: this.databaseNow(), not_before: this.databaseNow(), queued_at: this.databaseNow() })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(({ eb }) => ({
          wanted: eb('card_updates.wanted', '+', 1),
          ...{ attempts: 0, not_before: this.databaseNow(), queued_at: this.databaseNow() },
          ...{ meeting_id: row.meeting_id, person_id: row.person_id, address: row.address },
        })),
      )
      .execute();
  }

  #ofClaim(card: CardUpdate) {
    return this.db.updateTable('card_updates').where('key', '=', keyOf(card)).where('epoch', '=', card.epoch);
  }

  #cardRow(card: CardWanted): Insertable<CardUpdatesTable> {
    return {
      key: keyOf(card),
      conversation_id: card.conversationId,
      activity_id: card.activityId,
      meeting_id: card.meetingId,
      person_id: card.personId,
      address: JSON.stringify(card.address ?? null),
      ...{ wanted: 1, attempts: 0, epoch: 0, lease_until: 0, not_before: 0, queued_at: 0 },
    };
  }

  #lineRow(line: LineWanted, gatherMs: number) {
    return {
      id: line.id,
      conversation_id: line.conversationId,
      group_key: line.group,
      address: JSON.stringify(line.address ?? null),
      content: JSON.stringify(line.content),
      ...{ attempts: 0, epoch: 0, lease_until: 0 },
      ...{ not_before: this.databaseIn(gatherMs), queued_at: this.databaseNow() },
    };
  }
}

function byAge(one: Selectable<LinesTable>, other: Selectable<LinesTable>): number {
  if (one.queued_at !== other.queued_at) return one.queued_at - other.queued_at;
  return one.id < other.id ? -1 : 1;
}

function keyOf({ conversationId, activityId }: Pick<CardWanted, 'conversationId' | 'activityId'>): string {
  return JSON.stringify([conversationId, activityId]);
}

function toCardUpdate(row: Selectable<CardUpdatesTable> & { readonly now: number }): CardUpdate {
  return {
    conversationId: row.conversation_id,
    activityId: row.activity_id,
    meetingId: row.meeting_id,
    personId: row.person_id,
    address: JSON.parse(row.address) as unknown,
    wanted: row.wanted,
    attempts: row.attempts,
    ageMs: row.now - row.queued_at,
    epoch: row.epoch,
  };
}

function toLine(row: Selectable<LinesTable>): Line {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    group: row.group_key,
    address: JSON.parse(row.address ?? 'null') as unknown,
    content: JSON.parse(row.content ?? 'null') as unknown,
    attempts: row.attempts,
    epoch: row.epoch,
  };
}
