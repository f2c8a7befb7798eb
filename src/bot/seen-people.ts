import type { Activity } from 'botbuilder';

import type { SeenPeopleStore, SeenPerson } from '../meetings/seen-people';
import { within } from '../shared/within';

import { BoundedMap } from './bounded-map';
import { asText, clientInfo, personIdOf, type ReaderMemory } from './turn';
import type { ChannelUser } from './user-tokens';

/** Nobody waits longer for what was seen of them earlier; they read as everybody does then. */
const RECALL_LIMIT_MS = 200;

/** Whom nobody sees for a month is forgotten; so often the store learns that somebody was seen. */
const SAVED_FOR_MS = 24 * 60 * 60_000;

interface Known extends SeenPerson {
  /** Everything the store has is here. */
  readonly isRecalled: boolean;
  /** When the store learned it; undefined when it has to. */
  readonly savedAt: number | undefined;
}

const NOTHING: Known = { isRecalled: false, savedAt: undefined };

/** Collaborators of {@link SeenPeople}. */
export interface SeenPeopleDeps {
  /** Where other processes find it; without one each remembers for itself. */
  readonly store?: SeenPeopleStore | undefined;
  /** Milliseconds that never run backwards. */
  readonly now?: () => number;
  /** How many people are remembered here; whoever was seen longest ago is forgotten first. */
  readonly limit?: number;
}

/**
 * Remembers how people read and what the chat calls them, because Teams leaves the zone and the locale out of some invokes, and
 * because work for a person may go on in a process that never heard from them.
 *
 * What is here is a copy of what the store has. It is written when it changes, after the turn.
 */
export class SeenPeople implements ReaderMemory {
  readonly #store: SeenPeopleStore | undefined;
  readonly #now: () => number;
  readonly #known: BoundedMap<Known>;

  constructor({ store, now = () => performance.now(), limit = 10_000 }: SeenPeopleDeps = {}) {
    this.#store = store;
    this.#now = now;
    this.#known = new BoundedMap(limit);
  }

  /** The reader of this activity, with gaps filled from what is remembered here. */
  readerOf(personId: string, activity: Partial<Activity>): { zone: string; locale: string } {
    const known = this.#known.get(personId) ?? NOTHING;
    const seen: SeenPerson = { ...known, ...toldBy(activity) };
    const isSame = PARTS.every((part) => seen[part] === known[part]);
    this.#known.set(personId, { ...known, ...seen, savedAt: isSame ? known.savedAt : undefined });
    return { zone: seen.zone ?? 'UTC', locale: seen.locale ?? 'en-US' };
  }

  /** Gets ready to fill the gaps of an activity. @returns undefined when it has none, or they are known here. */
  recall(activity: Partial<Activity>): Promise<void> | undefined {
    const personId = personIdOf(activity);
    const known = this.#known.get(personId) ?? NOTHING;
    const seen: SeenPerson = { ...known, ...toldBy(activity) };
    const isComplete = seen.zone !== undefined && seen.locale !== undefined;
    if (this.#store === undefined || known.isRecalled || isComplete) return undefined;
    return within(RECALL_LIMIT_MS, this.#recalled(personId)).then(() => undefined);
  }

  /** What the chat calls a person. Rejects when the store does not answer. */
  async userOf(personId: string): Promise<ChannelUser | undefined> {
    const here = toUser(this.#known.get(personId));
    return here ?? toUser(await this.#recalled(personId));
  }

  /** Lets the store know what is new. Never rejects: the next turn tries again. */
  async save(personId: string): Promise<void> {
    const known = this.#known.get(personId);
    const isSaved = known?.savedAt !== undefined && this.#now() - known.savedAt < SAVED_FOR_MS;
    if (this.#store === undefined || known === undefined || isSaved) return;
    this.#known.set(personId, { ...known, savedAt: this.#now() });
    try {
      await this.#store.save(personId, known);
    } catch {
      const latest = this.#known.get(personId) ?? known;
      this.#known.set(personId, { ...latest, savedAt: undefined });
    }
  }

  /** What was seen later, in this process, is newer than what the store has. */
  async #recalled(personId: string): Promise<SeenPerson | undefined> {
    const found = (await this.#store?.find(personId)) ?? {};
    const recalled = { ...NOTHING, ...found, ...this.#known.get(personId), isRecalled: true };
    this.#known.set(personId, recalled);
    return recalled;
  }
}

const PARTS = ['zone', 'locale', 'channelId', 'userId'] as const;

/** What an activity tells of its author; nothing about what it leaves out. */
function toldBy(activity: Partial<Activity>): SeenPerson {
  const { zone, locale } = clientInfo(activity);
  const userId = asText(activity.from?.id);
  const channelId = asText(activity.channelId);
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(locale === undefined ? {} : { locale }),
    ...(userId === undefined || channelId === undefined ? {} : { userId, channelId }),
  };
}

function toUser({ userId, channelId }: SeenPerson = {}): ChannelUser | undefined {
  return userId === undefined || channelId === undefined ? undefined : { userId, channelId };
}
