import type { MeetingRecord, MeetingStore, NotedChange, Ownership, Posting, Viewpoint } from '../../src/meetings/ports';
import type { OneTimeKeys } from '../../src/shared/one-time-keys';

/** The meeting service's memory, without a disk. */
export class MemoryStore implements MeetingStore, OneTimeKeys {
  readonly #records = new Map<string, MeetingRecord>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #last = new Map<string, string>();
  readonly #outcomes = new Map<string, string>();
  readonly #changes = new Map<string, NotedChange>();
  #postings: Posting[] = [];

  async saveRecord(record: MeetingRecord): Promise<void> {
    const known = this.#records.get(record.id);
    const { owner, coOwners, startsAt } = known ?? record;
    this.#records.set(record.id, known === undefined ? record : { ...record, owner, coOwners, startsAt });
    return Promise.resolve();
  }

  async saveOwnership(meetingId: string, { from, to }: { from: Ownership; to: Ownership }): Promise<boolean> {
    const record = this.#records.get(meetingId);
    const isSame = record?.owner?.id === from.owner?.id && idsOf(record?.coOwners) === idsOf(from.coOwners);
    if (record !== undefined && isSame) this.#records.set(meetingId, { ...record, ...to });
    return Promise.resolve(record !== undefined && isSame);
  }

  async saveStart(meetingId: string, startsAt: string | undefined): Promise<void> {
    const record = this.#records.get(meetingId);
    if (record !== undefined) this.#records.set(meetingId, { ...record, startsAt });
    return Promise.resolve();
  }

  async findRecord(meetingId: string): Promise<MeetingRecord | undefined> {
    return Promise.resolve(this.#records.get(meetingId));
  }

  async records(): Promise<readonly MeetingRecord[]> {
    return Promise.resolve([...this.#records.values()]);
  }

  async savePosting(posting: Posting): Promise<void> {
    await this.removePosting(posting);
    this.#postings.push(posting);
  }

  async removePosting(posting: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void> {
    this.#postings = this.#postings.filter(
      ({ conversationId, activityId }) =>
        conversationId !== posting.conversationId || activityId !== posting.activityId,
    );
    return Promise.resolve();
  }

  async postingsOf(meetingId: string): Promise<readonly Posting[]> {
    return Promise.resolve(this.#postings.filter((posting) => posting.meetingId === meetingId));
  }

  async postingsIn(conversationId: string): Promise<readonly Posting[]> {
    return Promise.resolve(this.#postings.filter((posting) => posting.conversationId === conversationId));
  }

  async saveList(viewpoint: Viewpoint, meetingIds: readonly string[]): Promise<void> {
    this.#lists.set(keyOf(viewpoint), meetingIds);
    return Promise.resolve();
  }

  async lastList(viewpoint: Viewpoint): Promise<readonly string[] | undefined> {
    return Promise.resolve(this.#lists.get(keyOf(viewpoint)));
  }

  async saveLast(viewpoint: Viewpoint, meetingId: string): Promise<void> {
    this.#last.set(keyOf(viewpoint), meetingId);
    return Promise.resolve();
  }

  async last(viewpoint: Viewpoint): Promise<string | undefined> {
    return Promise.resolve(this.#last.get(keyOf(viewpoint)));
  }

  async saveOutcome(key: string, outcome: string): Promise<void> {
    this.#outcomes.set(key, outcome);
    return Promise.resolve();
  }

  async outcome(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#outcomes.get(key));
  }

  async claim(key: string): Promise<boolean> {
    const isFree = !this.#outcomes.has(key);
    if (isFree) this.#outcomes.set(key, 'claimed');
    return Promise.resolve(isFree);
  }

  async release(key: string): Promise<void> {
    this.#outcomes.delete(key);
    return Promise.resolve();
  }

  async noteChange(change: NotedChange): Promise<void> {
    this.#changes.delete(change.key);
    this.#changes.set(change.key, change);
    return Promise.resolve();
  }

  async notedChange(key: string): Promise<(NotedChange & { isNewest: boolean }) | undefined> {
    const noted = this.#changes.get(key);
    if (noted === undefined) return Promise.resolve(undefined);
    const ofMeeting = [...this.#changes.values()].filter(({ meetingId }) => meetingId === noted.meetingId);
    return Promise.resolve({ ...noted, isNewest: ofMeeting.at(-1)?.key === key });
  }
}

function keyOf({ personId, conversationId }: Viewpoint): string {
  return JSON.stringify([personId, conversationId]);
}

function idsOf(people: readonly { id: string }[] = []): string {
  return JSON.stringify(people.map(({ id }) => id));
}
