import { MeetingProblem } from './errors';
import type { Meeting } from './meeting';
import type { MeetingGateway, MeetingRecord, MeetingStore, Viewpoint } from './ports';

/** A meeting somebody referred to: readable from the server, or known from our own record only. */
export type Found =
  | { readonly kind: 'scheduled'; readonly meeting: Meeting }
  | { readonly kind: 'recorded'; readonly record: MeetingRecord };

/** One meeting, or several to choose from: never a guess. */
export type Resolution =
  { readonly kind: 'one'; readonly found: Found } | { readonly kind: 'several'; readonly meetings: readonly Meeting[] };

/** A reference and who makes it where. */
export interface Reference {
  /** `#2`, `last`, a meeting ID, a subject or a part of it; empty when left out. */
  readonly words: string;
  readonly viewpoint: Viewpoint;
  /** Activities this message answers, nearest first; the whole thread counts in a channel. */
  readonly repliesTo: readonly string[];
  readonly inThread: boolean;
}

/** Finds the meeting a person means. */
export class MeetingFinder {
  readonly #gateway: MeetingGateway;
  readonly #store: MeetingStore;

  constructor(deps: { gateway: MeetingGateway; store: MeetingStore }) {
    this.#gateway = deps.gateway;
    this.#store = deps.store;
  }

  /** @throws MeetingProblem `meeting.notFound`, `meeting.gone` or `meeting.cancelled`. */
  async find(reference: Reference, signal: AbortSignal): Promise<Resolution> {
    const words = unquote(reference.words);
    if (words === '' || /^this$/iu.test(words)) return this.#byContext(reference, signal);
    if (/^last$/iu.test(words)) {
      const { viewpoint } = reference;
      const id = (await this.#store.last(viewpoint)) ?? (await this.#store.last(anywhere(viewpoint)));
      if (id === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: 'last' } });
      return one(await this.byId(id, signal));
    }
    const number = /^#?(\d{1,3})$/u.exec(words)?.[1];
    if (number !== undefined) return this.#byNumber(Number(number), reference, signal);
    return this.#byWords(words, signal);
  }

  /** Reads a meeting by its ID: from the server, else from our record. */
  async byId(id: string, signal: AbortSignal): Promise<Found> {
    const record = await this.#store.findRecord(id);
    if (record?.cancelledAt !== undefined) {
      throw new MeetingProblem('meeting.cancelled', { facts: { subject: record.subject } });
    }
    if (record?.kind === 'spontaneous') return { kind: 'recorded', record };
    if (record?.kind === 'foreign') return this.#joinedEarlier(record, signal);
    return { kind: 'scheduled', meeting: await this.#gateway.get(id, signal) };
  }

  /** Whoever joins by link does not see whose meeting it is: it may be one of ours, which can be edited. */
  async #joinedEarlier(record: MeetingRecord, signal: AbortSignal): Promise<Found> {
    try {
      return { kind: 'scheduled', meeting: await this.#gateway.get(record.id, signal) };
    } catch (error) {
      if (error instanceof MeetingProblem && error.code === 'meeting.gone') return { kind: 'recorded', record };
      throw error;
    }
  }

  async #byContext(reference: Reference, signal: AbortSignal): Promise<Resolution> {
    const postings = await this.#store.postingsIn(reference.viewpoint.conversationId);
    const answered = reference.repliesTo
      .map((activityId) => postings.find((posting) => posting.activityId === activityId))
      .find((posting) => posting !== undefined);
    const posting = answered ?? (reference.inThread ? postings.at(-1) : undefined);
    if (posting !== undefined) return one(await this.byId(posting.meetingId, signal));
    const meetings = await this.#gateway.list(signal);
    if (meetings.length === 0) throw new MeetingProblem('meeting.notFound', { facts: { words: '' } });
    return { kind: 'several', meetings };
  }

  async #byNumber(number: number, reference: Reference, signal: AbortSignal): Promise<Resolution> {
    const ids = await this.#store.lastList(reference.viewpoint);
    const id = ids?.[number - 1];
    if (id === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: `#${String(number)}` } });
    return one(await this.byId(id, signal));
  }

  async #byWords(words: string, signal: AbortSignal): Promise<Resolution> {
    const wanted = words.toLowerCase();
    const meetings = await this.#gateway.list(signal);
    const byId = meetings.find((meeting) => meeting.id.toLowerCase() === wanted);
    if (byId !== undefined) return one({ kind: 'scheduled', meeting: byId });
    const exact = meetings.filter((meeting) => meeting.subject.trim().toLowerCase() === wanted);
    const similar =
      exact.length > 0 ? exact : meetings.filter((meeting) => meeting.subject.toLowerCase().includes(wanted));
    const [only] = similar;
    if (similar.length > 1) return { kind: 'several', meetings: similar };
    if (only !== undefined) return one({ kind: 'scheduled', meeting: only });
    return one(await this.#recorded(wanted, words));
  }

  /** Meetings started on the spot are in no list of the server; only we remember them. */
  async #recorded(wanted: string, words: string): Promise<Found> {
    const records = (await this.#store.records()).filter((record) => record.kind !== 'scheduled');
    const record =
      records.find(({ id }) => id.toLowerCase() === wanted) ??
      records.findLast(({ subject }) => subject.toLowerCase() === wanted);
    if (record === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: words.slice(0, 80) } });
    return { kind: 'recorded', record };
  }
}

/** The same person, wherever they speak. */
export function anywhere({ personId }: Viewpoint): Viewpoint {
  return { personId, conversationId: '*' };
}

function one(found: Found): Resolution {
  return { kind: 'one', found };
}

function unquote(words: string): string {
  return words
    .trim()
    .replace(/^"(.*)"$/su, '$1')
    .trim();
}
