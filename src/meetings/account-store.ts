import type { MeetingRecord, MeetingStore, NotedChange, Ownership, Posting, Viewpoint } from './ports';

/** Stands between the owner and the meeting in the keys of the store; neither of them has a blank. */
const SEPARATOR = ' ';

/**
 * The part of the store that belongs to one account of the server: the service account's, or one person's.
 *
 * What is remembered of a meeting is what that account may see, so nobody finds the records, lists and cards of another.
 */
export class AccountStore implements MeetingStore {
  readonly #store: MeetingStore;
  readonly #prefix: string;

  /** @param owner - id of the person; undefined for the service account. */
  constructor(store: MeetingStore, owner: string | undefined) {
    this.#store = store;
    this.#prefix = prefixOf(owner);
  }

  async saveRecord(record: MeetingRecord): Promise<void> {
    await this.#store.saveRecord({ ...record, id: this.#keyOf(record.id) });
  }

  async saveOwnership(meetingId: string, change: { from: Ownership; to: Ownership }): Promise<boolean> {
    return this.#store.saveOwnership(this.#keyOf(meetingId), change);
  }

  async saveStart(meetingId: string, startsAt: string | undefined): Promise<void> {
    await this.#store.saveStart(this.#keyOf(meetingId), startsAt);
  }

  async findRecord(meetingId: string): Promise<MeetingRecord | undefined> {
    const record = await this.#store.findRecord(this.#keyOf(meetingId));
    return record === undefined ? undefined : { ...record, id: meetingId };
  }

  async records(): Promise<readonly MeetingRecord[]> {
    const own = (await this.#store.records()).filter(({ id }) => this.#isOwn(id));
    return own.map((record) => ({ ...record, id: meetingIdOf(record.id) }));
  }

  async savePosting(posting: Posting): Promise<void> {
    await this.#store.savePosting({ ...posting, meetingId: this.#keyOf(posting.meetingId) });
  }

  async removePosting(posting: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void> {
    await this.#store.removePosting(posting);
  }

  /** Cards of other accounts show what those may see: they follow the changes their own account makes. */
  async postingsOf(meetingId: string): Promise<readonly Posting[]> {
    const postings = await this.#store.postingsOf(this.#keyOf(meetingId));
    return postings.map((posting) => ({ ...posting, meetingId }));
  }

  /** Everybody's: who answers a card means its meeting, and the server decides whether they may see it. */
  async postingsIn(conversationId: string): Promise<readonly Posting[]> {
    const postings = await this.#store.postingsIn(conversationId);
    return postings.map((posting) => ({ ...posting, meetingId: meetingIdOf(posting.meetingId) }));
  }

  async saveList(viewpoint: Viewpoint, meetingIds: readonly string[]): Promise<void> {
    if (this.#mayKeep(viewpoint)) await this.#store.saveList(viewpoint, meetingIds);
  }

  async lastList(viewpoint: Viewpoint): Promise<readonly string[] | undefined> {
    return this.#mayKeep(viewpoint) ? this.#store.lastList(viewpoint) : undefined;
  }

  async saveLast(viewpoint: Viewpoint, meetingId: string): Promise<void> {
    await this.#store.saveLast(viewpoint, meetingId);
  }

  async last(viewpoint: Viewpoint): Promise<string | undefined> {
    return this.#store.last(viewpoint);
  }

  async saveOutcome(key: string, outcome: string): Promise<void> {
    await this.#store.saveOutcome(key, outcome);
  }

  async outcome(key: string): Promise<string | undefined> {
    return this.#store.outcome(key);
  }

  async noteChange(change: NotedChange): Promise<void> {
    await this.#store.noteChange({ ...change, meetingId: this.#keyOf(change.meetingId) });
  }

  async notedChange(key: string): Promise<(NotedChange & { readonly isNewest: boolean }) | undefined> {
    const noted = await this.#store.notedChange(key);
    return noted === undefined ? undefined : { ...noted, meetingId: meetingIdOf(noted.meetingId) };
  }

  /** What "anybody here" saw last is nobody's number in a person's own account. */
  #mayKeep({ personId }: Viewpoint): boolean {
    return this.#prefix === '' || personId !== '*';
  }

  #keyOf(meetingId: string): string {
    return `${this.#prefix}${meetingId}`;
  }

  #isOwn(key: string): boolean {
    return this.#prefix === '' ? !key.includes(SEPARATOR) : key.startsWith(this.#prefix);
  }
}

function prefixOf(owner: string | undefined): string {
  return owner === undefined ? '' : `${encodeURIComponent(owner)}${SEPARATOR}`;
}

/** Key of a meeting in the store. @param owner - as for {@link AccountStore}. */
export function meetingKeyOf(meetingId: string, owner: string | undefined): string {
  return `${prefixOf(owner)}${meetingId}`;
}

/** The meeting that a key of the store names, whosever it is. */
export function meetingIdOf(key: string): string {
  return key.slice(key.indexOf(SEPARATOR) + 1);
}
