import { MeetingProblem } from './errors';
import type { Meeting } from './meeting';
import type { MeetingGateway, MeetingRecord, MeetingStore, Viewpoint } from './ports';

/** A meeting somebody referred to: readable from the server, or known from our own record only. */
export type Found =
  | { readonly kind: 'scheduled'; readonly meeting: Meeting }
  | { readonly kind: 'recorded'; readonly record: MeetingRecord };

/** As much of a meeting as a choice between several needs. */
export type Candidate = Pick<Meeting, 'id' | 'subject'>;

/** One meeting, or several to choose from: never a guess. */
export type Resolution =
  | { readonly kind: 'one'; readonly found: Found }
  | { readonly kind: 'several'; readonly meetings: readonly Candidate[] };

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
  readonly #now: () => Date;
  readonly #isPersonal: boolean;

  constructor(deps: { gateway: MeetingGateway; store: MeetingStore; now: () => Date; isPersonal?: boolean }) {
    this.#gateway = deps.gateway;
    this.#store = deps.store;
    this.#now = deps.now;
    this.#isPersonal = deps.isPersonal ?? false;
  }

  /** @throws MeetingProblem `meeting.notFound`, `meeting.gone`, `meeting.notYours` or `meeting.cancelled`. */
  async find(reference: Reference, signal: AbortSignal): Promise<Resolution> {
    const words = reference.words.trim();
    const quoted = /^"(.*)"$/su.exec(words)?.[1]?.trim();
    if (quoted !== undefined && quoted !== '') return this.#byWords(quoted, signal);
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
    if (record === undefined && this.#isPersonal) return this.#unknown(id, signal);
    return { kind: 'scheduled', meeting: await this.#gateway.get(id, signal) };
  }

  /** A card of somebody else leads to their meeting: a server that does not show it to others calls it missing. */
  async #unknown(id: string, signal: AbortSignal): Promise<Found> {
    try {
      return { kind: 'scheduled', meeting: await this.#gateway.get(id, signal) };
    } catch (error) {
      if (error instanceof MeetingProblem && error.code === 'meeting.gone') {
        throw new MeetingProblem('meeting.notYours', { cause: error.cause });
      }
      throw error;
    }
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
    if (answered !== undefined) return one(await this.byId(answered.meetingId, signal));
    const candidates = await this.#candidates(signal);
    const inThread = reference.inThread ? new Set(postings.map(({ meetingId }) => meetingId)) : new Set<string>();
    const here = candidates.filter(({ id }) => inThread.has(id));
    if (here.length > 0) return this.#oneOf(here, signal);
    if (candidates.length === 0) throw new MeetingProblem('meeting.notFound', { facts: { words: '' } });
    return { kind: 'several', meetings: candidates };
  }

  /** The list on the person's screen: their own here, somebody's here, their own elsewhere. */
  async #byNumber(number: number, { viewpoint }: Reference, signal: AbortSignal): Promise<Resolution> {
    const ids =
      (await this.#store.lastList(viewpoint)) ??
      (await this.#store.lastList(anybody(viewpoint))) ??
      (await this.#store.lastList(anywhere(viewpoint)));
    const id = ids?.[number - 1];
    if (id === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: `#${String(number)}` } });
    return one(await this.byId(id, signal));
  }

  async #byWords(words: string, signal: AbortSignal): Promise<Resolution> {
    const wanted = words.toLowerCase();
    const candidates = await this.#candidates(signal);
    const subjectOf = ({ subject }: Candidate): string => subject.trim().toLowerCase();
    const fits = [
      candidates.filter(({ id }) => id.toLowerCase() === wanted),
      candidates.filter((candidate) => subjectOf(candidate) === wanted),
      candidates.filter((candidate) => subjectOf(candidate).includes(wanted)),
    ].find((found) => found.length > 0);
    if (fits === undefined) throw new MeetingProblem('meeting.notFound', { facts: { words: words.slice(0, 80) } });
    return this.#oneOf(fits, signal);
  }

  async #oneOf(fits: readonly (Candidate & { found: Found })[], signal: AbortSignal): Promise<Resolution> {
    const [only, ...others] = fits;
    if (only === undefined || others.length > 0) return { kind: 'several', meetings: fits };
    return one(only.found.kind === 'scheduled' ? only.found : await this.byId(only.id, signal));
  }

  /** The meetings of the server's list, then those only we remember: started on the spot, or joined, and not yet over. */
  async #candidates(signal: AbortSignal): Promise<(Candidate & { found: Found })[]> {
    const listed = await this.#gateway.list(signal);
    const ids = new Set(listed.map(({ id }) => id));
    const now = this.#now().toISOString();
    const remembered = (await this.#store.records()).filter(
      ({ id, kind, expiresAt, cancelledAt }) =>
        kind !== 'scheduled' &&
        !ids.has(id) &&
        cancelledAt === undefined &&
        (expiresAt === undefined || expiresAt > now),
    );
    return [
      ...listed.map((meeting) => ({ ...idAndSubject(meeting), found: { kind: 'scheduled', meeting } as const })),
      ...remembered
        .reverse()
        .map((record) => ({ ...idAndSubject(record), found: { kind: 'recorded', record } as const })),
    ];
  }
}

/** The same person, wherever they speak. */
export function anywhere({ personId }: Viewpoint): Viewpoint {
  return { personId, conversationId: '*' };
}

/** Whoever speaks in this conversation. */
export function anybody({ conversationId }: Viewpoint): Viewpoint {
  return { personId: '*', conversationId };
}

function idAndSubject({ id, subject }: Candidate): Candidate {
  return { id, subject };
}

function one(found: Found): Resolution {
  return { kind: 'one', found };
}
