import type { Database } from '../../src/adapters/storage/database';
import { SqlMeetingStore } from '../../src/adapters/storage/sql-meeting-store';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';

import { BotHarness } from './bot-harness';
import { type DatabaseHome, type EngineUnderTest, openMigrated } from './databases';
import { FakeGateway } from './fake-gateway';
import { NOW } from './meetings';
import { MemoryJournal } from './memory-journal';
import { type Checkpoint, Life, MortalChat } from './mortal';
import { RecordingAdapter } from './recording-adapter';

/** One process of the product, and the end of its life. */
export interface OfficeProcess {
  readonly bot: BotHarness;
  readonly life: Life;
}

const JOURNAL_CALLS = [
  'accept',
  'take',
  'find',
  'claim',
  'renew',
  'save',
  'release',
  'receipt',
  'dueIn',
  'now',
] as const;
const SERVER_CALLS = ['list', 'get', 'create', 'findMarked', 'update', 'remove', 'options', 'start', 'join'] as const;

/** Several processes of the product above one database, one meeting server and one chat. */
export class SharedOffice {
  readonly server: FakeGateway;
  readonly chat = new RecordingAdapter();
  /** How far the clock of the database is ahead, in milliseconds. */
  aheadMs = 0;
  readonly #home: DatabaseHome;
  readonly #isShared: boolean;
  readonly #databases: Database[] = [];

  private constructor(home: DatabaseHome, isShared: boolean, server: FakeGateway) {
    this.#home = home;
    this.#isShared = isShared;
    this.server = server;
  }

  /** On PostgreSQL every process has connections of its own; SQLite is opened once, as only one process at a time may. */
  static async open({ name, newHome }: EngineUnderTest, server = new FakeGateway()): Promise<SharedOffice> {
    return new SharedOffice(await newHome(), name === 'PostgreSQL', server);
  }

  /** Starts a process, which ends at the first checkpoint that `endsAt` names. */
  async start(endsAt: (checkpoint: Checkpoint) => boolean = () => false): Promise<OfficeProcess> {
    const database = await this.#database();
    const life = new Life(endsAt);
    const journal = new SqlOperationStore(database, () => Date.now() + this.aheadMs);
    const bot = new BotHarness({
      adapter: new MortalChat(this.chat, life),
      gateway: life.of('server', this.server, SERVER_CALLS),
      journal: new MemoryJournal(life.of('journal', journal, JOURNAL_CALLS)),
      store: new SqlMeetingStore(database, () => NOW),
    });
    return { bot, life };
  }

  /** What the messages say that are there now, oldest first; by their ids. */
  get messages(): ReadonlyMap<string, string> {
    const ids = this.chat.events
      .filter(({ kind, activity }) => kind === 'sent' && activity.type === 'message')
      .map(({ activity }) => activity.id ?? '');
    const shown = ids.map((id) => [id, this.chat.showing(id)] as const);
    return new Map(shown.flatMap(([id, activity]) => (activity === undefined ? [] : [[id, JSON.stringify(activity)]])));
  }

  /** The database goes back to when it had just accepted what is in it, as one does that lost its last commits. */
  async loseCommits(): Promise<void> {
    const [database] = this.#databases;
    const claim = { attempts: 0, epoch: 0, holder: null, lease_until: 0, not_before: 0 };
    const progress = { card_activity_id: null, card_sent_at: null, meeting_id: null, meeting_sent_at: null };
    await database?.db
      .updateTable('operations')
      .set({ step: 'accepted', ...claim, ...progress, answer: null })
      .execute();
  }

  async close(): Promise<void> {
    for (const database of this.#databases) await database.close();
    await this.#home.remove();
  }

  async #database(): Promise<Database> {
    const [first] = this.#databases;
    if (first !== undefined && !this.#isShared) return first;
    const opened = await (first === undefined ? openMigrated(this.#home) : this.#home.open());
    this.#databases.push(opened);
    return opened;
  }
}
