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

/** Knows how people read, also where an activity does not say. Implemented by SeenPeople. */
export interface ReaderMemory {
  readerOf(personId: string, activity: Partial<Activity>): Reader;
}

/** Decodes the speaker of an activity whose `from.id` and `conversation.id` are known to be there. */
export function speakerOf(activity: Partial<Activity>, memory: ReaderMemory): Speaker {
  const { from, conversation } = activity;
  const id = personIdOf(activity);
  const conversationId = asText(conversation?.id) ?? 'unknown';
  const reader = memory.readerOf(id, activity);
  return {
    person: { id, name: (asText(from?.name) ?? texts(reader.locale).somebody).slice(0, 200) },
    place: { kind: kindOf(activity), conversationId },
    viewpoint: { personId: id, conversationId },
    reader,
  };
}

/** Who wrote an activity: the object id of the directory, or what else the chat calls them. */
export function personIdOf({ from }: Partial<Activity>): string {
  return asText(from?.aadObjectId) ?? asText(from?.id) ?? 'unknown';
}

function kindOf({ conversation }: Partial<Activity>): Place['kind'] {
  const type: unknown = conversation?.conversationType;
  if (type === 'channel' || type === 'groupChat' || type === 'personal') return type;
  const isGroup: unknown = conversation?.isGroup;
  return isGroup === true ? 'groupChat' : 'personal';
}

/** What an activity says of how its author reads. */
export function clientInfo(activity: Partial<Activity>): { zone: string | undefined; locale: string | undefined } {
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

/** A text that says something; undefined for anything else. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
