import type { Activity } from 'botbuilder';

import type { Place, Reader } from '../commands';
import type { Person, Viewpoint } from '../meetings/ports';
import { isZone } from '../meetings/when';
import { defineTexts } from '../shared/texts';

const texts = defineTexts({ en: { somebody: 'Somebody' } });

/** Who speaks, where, and how they read: decoded from an activity, of which only the envelope was checked. */
export interface Speaker {
  readonly person: Person;
  readonly place: Place;
  readonly viewpoint: Viewpoint;
  readonly reader: Reader;
}

/**
 * Remembers the last seen zone and locale of people, because Teams leaves them out of some invokes.
 *
 * Bounded: the least recently seen person is forgotten first.
 */
export class ReaderMemory {
  readonly #readers = new Map<string, Reader>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** The reader of this activity, with gaps filled from earlier ones. */
  readerOf(personId: string, activity: Partial<Activity>): Reader {
    const known = this.#readers.get(personId);
    const seen = clientInfo(activity);
    const reader = { zone: seen.zone ?? known?.zone ?? 'UTC', locale: seen.locale ?? known?.locale ?? 'en-US' };
    this.#readers.delete(personId);
    this.#readers.set(personId, reader);
    const [oldest] = this.#readers.keys();
    if (this.#readers.size > this.#limit && oldest !== undefined) this.#readers.delete(oldest);
    return reader;
  }
}

/** Decodes the speaker of an activity whose `from.id` and `conversation.id` are known to be there. */
export function speakerOf(activity: Partial<Activity>, memory: ReaderMemory): Speaker {
  const { from, conversation } = activity;
  const id = asText(from?.aadObjectId) ?? asText(from?.id) ?? 'unknown';
  const conversationId = asText(conversation?.id) ?? 'unknown';
  const reader = memory.readerOf(id, activity);
  return {
    person: { id, name: (asText(from?.name) ?? texts(reader.locale).somebody).slice(0, 200) },
    place: { kind: kindOf(activity), conversationId },
    viewpoint: { personId: id, conversationId },
    reader,
  };
}

function kindOf({ conversation }: Partial<Activity>): Place['kind'] {
  const type: unknown = conversation?.conversationType;
  if (type === 'channel' || type === 'groupChat' || type === 'personal') return type;
  const isGroup: unknown = conversation?.isGroup;
  return isGroup === true ? 'groupChat' : 'personal';
}

function clientInfo(activity: Partial<Activity>): { zone: string | undefined; locale: string | undefined } {
  const entities: readonly unknown[] = Array.isArray(activity.entities) ? activity.entities : [];
  const info = entities.find(
    (entity): entity is Record<string, unknown> =>
      typeof entity === 'object' && entity !== null && 'type' in entity && entity.type === 'clientInfo',
  );
  const zones = [asText(activity.localTimezone), asText(info?.timezone)];
  const locales = [asText(activity.locale), asText(info?.locale)];
  return {
    zone: zones.find((zone) => zone !== undefined && isZone(zone)),
    locale: locales.find((locale) => locale !== undefined && isLocale(locale)),
  };
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
