import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

import type { MeetingRecord, MeetingStore, Posting, Viewpoint } from '../../meetings/ports';
import { AppError } from '../../shared/app-error';

/** The file cannot be read or is not ours; starting anyway would lose what it holds. */
export class StoreUnreadableError extends AppError {
  readonly code = 'store.unreadable';
}

/** Everything the store knows. Maps, because names come from outside: `constructor` is one like any other. */
interface State {
  records: Map<string, MeetingRecord>;
  postings: Posting[];
  lists: Map<string, readonly string[]>;
  last: Map<string, string>;
  outcomes: Map<string, string>;
}

/** Oldest entries beyond these numbers are forgotten: one file has to stay small enough to be written in one go. */
const LIMITS = { records: 5000, postings: 5000, lists: 2000, last: 5000, outcomes: 5000 } as const;

/**
 * Keeps what must outlive a turn in one JSON file under DATA_DIR.
 *
 * Every write replaces the file as a whole (write aside, flush to disk, rename), so a crash leaves the old or the new
 * state and nothing between. Writes that come while one is under way are done together by the next one.
 */
export class JsonFileStore implements MeetingStore {
  readonly #file: string;
  readonly #state: State;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(file: string, state: State) {
    this.#file = file;
    this.#state = state;
  }

  /**
   * Opens the store, making folder and file when there are none.
   *
   * @throws StoreUnreadableError when the file is damaged or may not be read or written.
   */
  static async open(folder: string): Promise<JsonFileStore> {
    const file = path.join(folder, 'confer.json');
    try {
      await mkdir(folder, { recursive: true });
      const store = new JsonFileStore(file, await readState(file));
      await store.#write();
      return store;
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new StoreUnreadableError(`DATA_DIR: cannot use ${file} (${reason})`, { cause: error });
    }
  }

  async saveRecord(record: MeetingRecord): Promise<void> {
    await this.#change('records', this.#state.records, [record.id, record]);
  }

  async findRecord(meetingId: string): Promise<MeetingRecord | undefined> {
    return Promise.resolve(this.#state.records.get(meetingId));
  }

  async records(): Promise<readonly MeetingRecord[]> {
    return Promise.resolve([...this.#state.records.values()]);
  }

  async savePosting(posting: Posting): Promise<void> {
    this.#state.postings = [...this.#withoutPosting(posting), posting].slice(-LIMITS.postings);
    await this.#save();
  }

  async removePosting(posting: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void> {
    this.#state.postings = this.#withoutPosting(posting);
    await this.#save();
  }

  async postingsOf(meetingId: string): Promise<readonly Posting[]> {
    return Promise.resolve(this.#state.postings.filter((posting) => posting.meetingId === meetingId));
  }

  async postingsIn(conversationId: string): Promise<readonly Posting[]> {
    return Promise.resolve(this.#state.postings.filter((posting) => posting.conversationId === conversationId));
  }

  async saveList(viewpoint: Viewpoint, meetingIds: readonly string[]): Promise<void> {
    await this.#change('lists', this.#state.lists, [keyOf(viewpoint), meetingIds]);
  }

  async lastList(viewpoint: Viewpoint): Promise<readonly string[] | undefined> {
    return Promise.resolve(this.#state.lists.get(keyOf(viewpoint)));
  }

  async saveLast(viewpoint: Viewpoint, meetingId: string): Promise<void> {
    await this.#change('last', this.#state.last, [keyOf(viewpoint), meetingId]);
  }

  async last(viewpoint: Viewpoint): Promise<string | undefined> {
    return Promise.resolve(this.#state.last.get(keyOf(viewpoint)));
  }

  async saveOutcome(key: string, outcome: string): Promise<void> {
    await this.#change('outcomes', this.#state.outcomes, [key, outcome]);
  }

  async outcome(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#state.outcomes.get(key));
  }

  /** Resolves when everything saved so far is on disk. */
  async close(): Promise<void> {
    await this.#next;
    await this.#writing;
  }

  async #change<Value>(
    name: keyof typeof LIMITS,
    entries: Map<string, Value>,
    [key, value]: readonly [string, Value],
  ): Promise<void> {
    entries.delete(key);
    entries.set(key, value);
    const [oldest] = entries.keys();
    if (oldest !== undefined && entries.size > LIMITS[name]) entries.delete(oldest);
    await this.#save();
  }

  #withoutPosting({ conversationId, activityId }: Pick<Posting, 'conversationId' | 'activityId'>): Posting[] {
    return this.#state.postings.filter(
      (known) => known.conversationId !== conversationId || known.activityId !== activityId,
    );
  }

  /** One write at a time; whoever comes meanwhile shares the next. */
  async #save(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
      });
      return this.#writing;
    }
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(async () => {
        this.#next = undefined;
        return this.#save();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const aside = `${this.#file}.new`;
    const handle = await open(aside, 'w', 0o600);
    try {
      await handle.writeFile(toJson(this.#state));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, this.#file);
  }
}

function keyOf({ personId, conversationId }: Viewpoint): string {
  return `${personId} ${conversationId}`;
}

async function readState(file: string): Promise<State> {
  const json = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  const stored: unknown = json === undefined ? { records: {} } : JSON.parse(json);
  if (!isRecord(stored) || !('records' in stored)) throw new StoreUnreadableError('the file is not a Confer store');
  const { postings = [] } = stored;
  if (!Array.isArray(postings)) throw new StoreUnreadableError('"postings" is no list');
  return {
    records: entriesOf(stored, 'records'),
    postings: postings as Posting[],
    lists: entriesOf(stored, 'lists'),
    last: entriesOf(stored, 'last'),
    outcomes: entriesOf(stored, 'outcomes'),
  };
}

function toJson({ records, postings, lists, last, outcomes }: State): string {
  return JSON.stringify({
    records: Object.fromEntries(records),
    postings,
    lists: Object.fromEntries(lists),
    last: Object.fromEntries(last),
    outcomes: Object.fromEntries(outcomes),
  });
}

/** The entries of one part of the file. Their values are ours: nobody else writes it. */
function entriesOf<Value>(stored: Readonly<Record<string, unknown>>, name: string): Map<string, Value> {
  const part = stored[name] ?? {};
  if (!isRecord(part) || stored[name] === null) throw new StoreUnreadableError(`"${name}" is no JSON object`);
  return new Map(Object.entries(part as Record<string, Value>));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
