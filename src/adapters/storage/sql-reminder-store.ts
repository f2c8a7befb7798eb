import { randomBytes } from 'node:crypto';

import { type Selectable, sql } from 'kysely';

import type { NewReminder, Reminder, ReminderPlan, ReminderStore, ReminderWishes } from '../../meetings/reminder-store';

import type { PersonSettingsTable, RemindersTable } from './schema';
import { TimedStore } from './timed-store';

/** Reminders in the tables `reminders` and `person_settings`. What is due is due by the clock of the database. */
export class SqlReminderStore extends TimedStore implements ReminderStore {
  async save(reminder: NewReminder): Promise<Reminder> {
    const { person_id: personId, meeting_id: meetingId, ...changes } = toColumns(reminder);
    const row = await this.db
      .insertInto('reminders')
      .values({ ...firstPlan(), person_id: personId, meeting_id: meetingId, ...changes })
      .onConflict((conflict) => conflict.columns(['person_id', 'meeting_id']).doUpdateSet({ ...changes, ...nextPlan }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return toReminder(row);
  }

  async saveFirst(reminder: NewReminder): Promise<void> {
    await this.db
      .insertInto('reminders')
      .values({ ...firstPlan(), ...toColumns(reminder) })
      .onConflict((conflict) => conflict.columns(['person_id', 'meeting_id']).doNothing())
      .execute();
  }

  async plan({ id, revision }: Pick<Reminder, 'id' | 'revision'>, plan: ReminderPlan): Promise<Reminder | undefined> {
    const { countsTo, meetingAt, dueAt, state } = plan;
    const row = await this.db
      .updateTable('reminders')
      .set({
        ...(countsTo === undefined ? {} : { counts_to: countsTo }),
        ...(meetingAt === undefined ? {} : { meeting_at: meetingAt.getTime() }),
        ...(dueAt === undefined ? {} : { due_at: dueAt.getTime() }),
        ...(state === undefined ? {} : { state }),
        ...nextPlan,
      })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toReminder(row);
  }

  async find(id: string): Promise<Reminder | undefined> {
    const row = await this.db.selectFrom('reminders').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toReminder(row);
  }

  async findOf(personId: string, meetingId: string): Promise<Reminder | undefined> {
    const row = await this.db
      .selectFrom('reminders')
      .selectAll()
      .where('person_id', '=', personId)
      .where('meeting_id', '=', meetingId)
      .executeTakeFirst();
    return row === undefined ? undefined : toReminder(row);
  }

  async ofMeeting(meetingId: string): Promise<readonly Reminder[]> {
    return this.#all('meeting_id', meetingId);
  }

  async ofPerson(personId: string): Promise<readonly Reminder[]> {
    return this.#all('person_id', personId);
  }

  async forget(meetingId: string): Promise<number> {
    const rows = await this.db.deleteFrom('reminders').where('meeting_id', '=', meetingId).returning('id').execute();
    return rows.length;
  }

  async wishesOf(personId: string): Promise<ReminderWishes> {
    const row = await this.db
      .selectFrom('person_settings')
      .select(['reminder_lead', 'reminder_zone', 'reminders_muted'])
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return {
      lead: row?.reminder_lead ?? undefined,
      zone: row?.reminder_zone ?? undefined,
      isMuted: row?.reminders_muted === 1,
    };
  }

  async saveWishes(personId: string, wishes: Partial<ReminderWishes>): Promise<void> {
    const changes = toSettings(wishes);
    await this.db
      .insertInto('person_settings')
      .values({ person_id: personId, ...changes })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet(changes))
      .execute();
  }

  /** Replicas that look at the same time do not wait for each other: each skips what another is just taking. */
  async claim(leaseMs: number): Promise<Reminder | undefined> {
    const due = this.db
      .selectFrom('reminders')
      .select('id')
      .where('state', '=', sql.lit<'waiting'>('waiting'))
      .where('due_at', '<=', this.databaseNow())
      .where('lease_until', '<=', this.databaseNow())
      .orderBy('due_at')
      .limit(1)
      .$if(this.engine === 'postgres', (query) => query.forUpdate().skipLocked());
    const row = await this.db
      .updateTable('reminders')
      .set({ lease_until: sql<number>`${this.databaseNow()} + ${sql.lit(leaseMs)}` })
      .where('id', '=', due)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toReminder(row);
  }

  async said({ id, revision }: Pick<Reminder, 'id' | 'revision'>): Promise<void> {
    await this.db
      .updateTable('reminders')
      .set({ state: 'said', lease_until: 0 })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .where('state', '=', 'waiting')
      .execute();
  }

  async dueIn(): Promise<number | undefined> {
    const row = await this.db
      .selectFrom('reminders')
      .select([sql<number | null>`min(case when lease_until > due_at then lease_until else due_at end)`.as('at')])
      .select([sql<number>`${this.databaseNow()}`.as('now')])
      .where('state', '=', sql.lit<'waiting'>('waiting'))
      .executeTakeFirst();
    if (row === undefined || row.at === null) return undefined;
    return Math.max(0, row.at - row.now);
  }

  async now(): Promise<Date> {
    const row = await this.db.selectNoFrom([sql<number>`${this.databaseNow()}`.as('now')]).executeTakeFirstOrThrow();
    return new Date(row.now);
  }

  async #all(column: 'meeting_id' | 'person_id', value: string): Promise<readonly Reminder[]> {
    const rows = await this.db
      .selectFrom('reminders')
      .selectAll()
      .where(column, '=', value)
      .orderBy('due_at')
      .orderBy('id')
      .execute();
    return rows.map(toReminder);
  }
}

/** Nobody can guess an id: buttons carry it. */
function firstPlan(): Pick<RemindersTable, 'id' | 'revision' | 'lease_until'> {
  return { id: randomBytes(16).toString('hex'), revision: 1, lease_until: 0 };
}

const nextPlan = { revision: sql<number>`reminders.revision + 1`, lease_until: 0 };

function toColumns(reminder: NewReminder): Omit<RemindersTable, 'id' | 'revision' | 'lease_until'> {
  return {
    person_id: reminder.personId,
    meeting_id: reminder.meetingId,
    conversation_id: reminder.conversationId,
    address: JSON.stringify(reminder.address ?? null),
    zone: reminder.zone,
    lead: reminder.lead,
    counts_to: reminder.countsTo,
    meeting_at: reminder.meetingAt.getTime(),
    due_at: reminder.dueAt.getTime(),
    state: reminder.state,
  };
}

function toReminder(row: Selectable<RemindersTable>): Reminder {
  return {
    id: row.id,
    personId: row.person_id,
    meetingId: row.meeting_id,
    conversationId: row.conversation_id,
    address: JSON.parse(row.address) as unknown,
    zone: row.zone,
    lead: row.lead,
    countsTo: row.counts_to,
    meetingAt: new Date(row.meeting_at),
    dueAt: new Date(row.due_at),
    state: row.state,
    revision: row.revision,
  };
}

function toSettings(wishes: Partial<ReminderWishes>): Partial<Omit<PersonSettingsTable, 'person_id'>> {
  return {
    ...('lead' in wishes ? { reminder_lead: wishes.lead ?? null } : {}),
    ...('zone' in wishes ? { reminder_zone: wishes.zone ?? null } : {}),
    ...('isMuted' in wishes ? { reminders_muted: wishes.isMuted ? 1 : 0 } : {}),
  };
}
