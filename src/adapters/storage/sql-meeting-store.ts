import { type Selectable, sql } from 'kysely';

import type {
  MeetingRecord,
  MeetingStore,
  NotedChange,
  Ownership,
  Person,
  Posting,
  Viewpoint,
} from '../../meetings/ports';
import type { OneTimeKeys } from '../../shared/one-time-keys';

import { readCoOwners, writeCoOwners } from './co-owners';
import type { Database } from './database';
import type { CardsTable, MeetingsTable } from './schema';

/** The meeting service's memory in the tables `meetings`, `cards`, `lists`, `last_meetings` and `outcomes`. */
export class SqlMeetingStore implements MeetingStore, OneTimeKeys {
  readonly #db: Database['db'];
  readonly #now: () => Date;

  constructor(database: Pick<Database, 'db'>, now: () => Date) {
    this.#db = database.db;
    this.#now = now;
  }

  async saveRecord(record: MeetingRecord): Promise<void> {
    const { id, ...changes } = toRow(record);
    await this.#db
      .insertInto('meetings')
      .values({
        ...{ id, ...changes, starts_at: orNull(record.startsAt) },
        ...toOwnerColumns({ owner: record.owner, coOwners: record.coOwners ?? [] }),
      })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
  }

  async saveOwnership(meetingId: string, { from, to }: { from: Ownership; to: Ownership }): Promise<boolean> {
    const { owner_id: ownerId, co_owners: coOwners } = toOwnerColumns(from);
    const changed = await this.#db
      .updateTable('meetings')
      .set(toOwnerColumns(to))
      .where('id', '=', meetingId)
      .where('owner_id', ownerId === null ? 'is' : '=', ownerId)
      .where('co_owners', coOwners === null ? 'is' : '=', coOwners)
      .returning('id')
      .execute();
    return changed.length > 0;
  }

  async saveStart(meetingId: string, startsAt: string | undefined): Promise<void> {
    await this.#db
      .updateTable('meetings')
      .set({ starts_at: orNull(startsAt) })
      .where('id', '=', meetingId)
      .execute();
  }

  async findRecord(meetingId: string): Promise<MeetingRecord | undefined> {
    const row = await this.#db.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
    return row === undefined ? undefined : toRecord(row);
  }

  async records(): Promise<readonly MeetingRecord[]> {
    const rows = await this.#db.selectFrom('meetings').selectAll().orderBy('recorded_at').orderBy('id').execute();
    return rows.map(toRecord);
  }

  async savePosting(posting: Posting): Promise<void> {
    const { conversationId, activityId, meetingId, address, passing = false } = posting;
    const changes = {
      meeting_id: meetingId,
      address: JSON.stringify(address ?? null),
      passing: passing ? 1 : 0,
      posted_at: this.#nowText(),
      // A card that is posted anew is the newest of its conversation again.
      seq: sql<number>`(select coalesce(max(c.seq), 0) + 1 from cards c where c.conversation_id = ${conversationId})`,
    };
    await this.#db
      .insertInto('cards')
      .values({ conversation_id: conversationId, activity_id: activityId, ...changes })
      .onConflict((conflict) => conflict.columns(['conversation_id', 'activity_id']).doUpdateSet(changes))
      .execute();
  }

  async removePosting({ conversationId, activityId }: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void> {
    await this.#db
      .deleteFrom('cards')
      .where('conversation_id', '=', conversationId)
      .where('activity_id', '=', activityId)
      .execute();
  }

  async postingsOf(meetingId: string): Promise<readonly Posting[]> {
    return this.#postings('meeting_id', meetingId);
  }

  async postingsIn(conversationId: string): Promise<readonly Posting[]> {
    return this.#postings('conversation_id', conversationId);
  }

  async saveList({ personId, conversationId }: Viewpoint, meetingIds: readonly string[]): Promise<void> {
    const changes = { meeting_ids: JSON.stringify(meetingIds), saved_at: this.#nowText() };
    await this.#db
      .insertInto('lists')
      .values({ person_id: personId, conversation_id: conversationId, ...changes })
      .onConflict((conflict) => conflict.columns(['person_id', 'conversation_id']).doUpdateSet(changes))
      .execute();
  }

  async lastList({ personId, conversationId }: Viewpoint): Promise<readonly string[] | undefined> {
    const row = await this.#db
      .selectFrom('lists')
      .select('meeting_ids')
      .where('person_id', '=', personId)
      .where('conversation_id', '=', conversationId)
      .executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.meeting_ids) as string[]);
  }

  async saveLast({ personId, conversationId }: Viewpoint, meetingId: string): Promise<void> {
    const changes = { meeting_id: meetingId, saved_at: this.#nowText() };
    await this.#db
      .insertInto('last_meetings')
      .values({ person_id: personId, conversation_id: conversationId, ...changes })
      .onConflict((conflict) => conflict.columns(['person_id', 'conversation_id']).doUpdateSet(changes))
      .execute();
  }

  async last({ personId, conversationId }: Viewpoint): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('last_meetings')
      .select('meeting_id')
      .where('person_id', '=', personId)
      .where('conversation_id', '=', conversationId)
      .executeTakeFirst();
    return row?.meeting_id;
  }

  async saveOutcome(key: string, outcome: string): Promise<void> {
    const changes = { outcome, saved_at: this.#nowText() };
    await this.#db
      .insertInto('outcomes')
      .values({ key, ...changes })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(changes))
      .execute();
  }

  /** Remembers an outcome unless there is one. @returns the one that holds. */
  async outcomeOnce(key: string, outcome: string): Promise<string> {
    await this.#db
      .insertInto('outcomes')
      .values({ key, outcome, saved_at: this.#nowText() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    return (await this.outcome(key)) ?? outcome;
  }

  async claim(key: string): Promise<boolean> {
    const claimed = await this.#db
      .insertInto('outcomes')
      .values({ key, outcome: 'claimed', saved_at: this.#nowText() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    return claimed !== undefined;
  }

  async release(key: string): Promise<void> {
    await this.#db.deleteFrom('outcomes').where('key', '=', key).execute();
  }

  async outcome(key: string): Promise<string | undefined> {
    const row = await this.#db.selectFrom('outcomes').select('outcome').where('key', '=', key).executeTakeFirst();
    return row?.outcome;
  }

  async noteChange({ key, meetingId, by, ...what }: NotedChange): Promise<void> {
    const changes = {
      meeting_id: meetingId,
      person_id: by.id,
      what: JSON.stringify({ ...what, name: by.name }),
      noted_at: this.#nowText(),
      seq: sql<number>`(select coalesce(max(c.seq), 0) + 1 from changes c where c.meeting_id = ${meetingId})`,
    };
    await this.#db
      .insertInto('changes')
      .values({ key, ...changes })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(changes))
      .execute();
  }

  async notedChange(key: string): Promise<(NotedChange & { readonly isNewest: boolean }) | undefined> {
    const row = await this.#db.selectFrom('changes').selectAll().where('key', '=', key).executeTakeFirst();
    if (row === undefined) return undefined;
    const later = await this.#db
      .selectFrom('changes')
      .select('key')
      .where('meeting_id', '=', row.meeting_id)
      .where('seq', '>=', row.seq)
      .where('key', '<>', key)
      .limit(1)
      .executeTakeFirst();
    const { name, ...what } = JSON.parse(row.what) as NotedWhat;
    const by = { id: row.person_id, name };
    return { key, meetingId: row.meeting_id, by, ...what, isNewest: later === undefined };
  }

  async #postings(column: 'meeting_id' | 'conversation_id', value: string): Promise<readonly Posting[]> {
    const rows = await this.#db
      .selectFrom('cards')
      .selectAll()
      .where(column, '=', value)
      .orderBy('seq')
      .orderBy('activity_id')
      .execute();
    return rows.map(toPosting);
  }

  #nowText(): string {
    return this.#now().toISOString();
  }
}

function toRow(record: MeetingRecord): Omit<Selectable<MeetingsTable>, keyof OwnerColumns | 'starts_at'> {
  return {
    id: record.id,
    kind: record.kind,
    subject: record.subject,
    created_by_id: orNull(record.createdBy?.id),
    created_by_name: orNull(record.createdBy?.name),
    recorded_at: record.recordedAt,
    join_url: orNull(record.joinUrl),
    conference_uri: orNull(record.conferenceUri),
    conference_id: orNull(record.conferenceId),
    expires_at: orNull(record.expiresAt),
    cancelled_at: orNull(record.cancelledAt),
    cancelled_by_id: orNull(record.cancelledBy?.id),
    cancelled_by_name: orNull(record.cancelledBy?.name),
    organizer: orNull(record.organizer),
    access: orNull(record.access),
  };
}

/** The columns that say whose meeting it is. */
type OwnerColumns = Pick<Selectable<MeetingsTable>, 'owner_id' | 'owner_name' | 'owner_address' | 'co_owners'>;

function toOwnerColumns({ owner, coOwners }: Ownership): OwnerColumns {
  return {
    owner_id: orNull(owner?.id),
    owner_name: orNull(owner?.name),
    owner_address: orNull(owner?.address),
    co_owners: writeCoOwners(coOwners),
  };
}

/** What the column `changes.what` has. */
type NotedWhat = Omit<NotedChange, 'key' | 'meetingId' | 'by'> & { readonly name: string };

/** Missing is null in a table. */
function orNull<Value>(value: Value | undefined): Value | null {
  return value ?? null;
}

function toRecord(row: Selectable<MeetingsTable>): MeetingRecord {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    createdBy: personOf(row.created_by_id, row.created_by_name),
    owner: personOf(row.owner_id, row.owner_name, row.owner_address),
    coOwners: row.co_owners === null ? undefined : readCoOwners(row.co_owners),
    recordedAt: row.recorded_at,
    joinUrl: row.join_url ?? undefined,
    conferenceUri: row.conference_uri ?? undefined,
    conferenceId: row.conference_id ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    startsAt: row.starts_at ?? undefined,
    cancelledAt: row.cancelled_at ?? undefined,
    cancelledBy: personOf(row.cancelled_by_id, row.cancelled_by_name),
    organizer: row.organizer ?? undefined,
    access: row.access ?? undefined,
  };
}

function personOf(id: string | null, name: string | null, address: string | null = null): Person | undefined {
  if (id === null) return undefined;
  return { id, name: name ?? '', ...(address === null ? {} : { address }) };
}

function toPosting(row: Selectable<CardsTable>): Posting {
  return {
    meetingId: row.meeting_id,
    conversationId: row.conversation_id,
    activityId: row.activity_id,
    address: JSON.parse(row.address) as unknown,
    passing: row.passing !== 0,
  };
}
