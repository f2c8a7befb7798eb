import type { Database } from '../../src/adapters/storage/database';
import { erasePersonData } from '../../src/adapters/storage/person-data';
import { SqlReminderStore } from '../../src/adapters/storage/sql-reminder-store';
import type {
  NewReminder,
  Reminder,
  ReminderPlan,
  ReminderStore,
  ReminderWishes,
} from '../../src/meetings/reminder-store';

import { NOW } from './meetings';
import { openMigratedInMemory } from './migrated-in-memory';

/** Reminders on a database in memory, which is made when it is first used. */
export class MemoryReminders implements ReminderStore {
  readonly #database: Promise<Database>;
  readonly #store: Promise<SqlReminderStore>;
  /** How far the clock of the database is ahead of {@link NOW}, in milliseconds. */
  aheadMs = 0;
  /** Makes the next calls of {@link said} fail, as when the process ends before them. */
  isCutOff = false;

  constructor() {
    this.#database = openMigratedInMemory();
    this.#store = this.#database.then((database) => new SqlReminderStore(database, () => NOW.getTime() + this.aheadMs));
  }

  async save(reminder: NewReminder): Promise<Reminder> {
    return (await this.#store).save(reminder);
  }

  async saveFirst(reminder: NewReminder): Promise<void> {
    await (await this.#store).saveFirst(reminder);
  }

  async plan(reminder: Pick<Reminder, 'id' | 'revision'>, plan: ReminderPlan): Promise<Reminder | undefined> {
    return (await this.#store).plan(reminder, plan);
  }

  async find(id: string): Promise<Reminder | undefined> {
    return (await this.#store).find(id);
  }

  async findOf(personId: string, meetingId: string): Promise<Reminder | undefined> {
    return (await this.#store).findOf(personId, meetingId);
  }

  async ofMeeting(meetingId: string): Promise<readonly Reminder[]> {
    return (await this.#store).ofMeeting(meetingId);
  }

  async ofPerson(personId: string): Promise<readonly Reminder[]> {
    return (await this.#store).ofPerson(personId);
  }

  async forget(meetingId: string): Promise<number> {
    return (await this.#store).forget(meetingId);
  }

  async wishesOf(personId: string): Promise<ReminderWishes> {
    return (await this.#store).wishesOf(personId);
  }

  async saveWishes(personId: string, wishes: Partial<ReminderWishes>): Promise<void> {
    await (await this.#store).saveWishes(personId, wishes);
  }

  async claim(leaseMs: number): Promise<Reminder | undefined> {
    return (await this.#store).claim(leaseMs);
  }

  async said(reminder: Pick<Reminder, 'id' | 'revision'>): Promise<void> {
    if (this.isCutOff) throw new Error('the process has ended');
    await (await this.#store).said(reminder);
  }

  /** Forgets a person, as the tool does that looks after the database. */
  async erase(personId: string): Promise<void> {
    await erasePersonData(await this.#database, personId);
  }

  async dueIn(): Promise<number | undefined> {
    return (await this.#store).dueIn();
  }

  async now(): Promise<Date> {
    return (await this.#store).now();
  }
}
