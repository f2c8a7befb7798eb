import type { Embedding } from '../switches';

import type { EventBody, EventPackage, Link, PropertyValue, Resource } from './resource';

/** What may change about a resource without changing its meaning, whatever the format it is written in. */
export interface Variation {
  /** Turns a path below the server root into the href form in force. */
  readonly href: (path: string) => string;
  /** Adds unknown properties, links and enum values. */
  readonly extra: boolean;
  readonly embedding: Embedding;
}

/** Links to resources that can be read; the others are only good for doing something, and are never embedded. */
const readable = new Set([
  ...['me', 'people', 'onlineMeetings', 'communication', 'policies', 'conversations', 'conversation'],
  ...['myOnlineMeetings', 'myOnlineMeeting', 'myAssignedOnlineMeeting', 'onlineMeeting', 'localParticipant'],
  ...['participants', 'onlineMeetingPolicies', 'onlineMeetingDefaultValues', 'onlineMeetingEligibleValues'],
  ...['phoneDialInInformation', 'onlineMeetingInvitationCustomization'],
]);

/** Read-only enum properties and lists of enum values: places where a newer server may say something new. */
const openEnums = new Set(['sourceNetwork', 'audienceMute', 'audienceMessaging', 'largeMeeting', 'meetingRecording']);
const openLists = new Set(['accessLevels', 'automaticLeaderAssignments', 'entryExitAnnouncements', 'activeModalities']);

/** A resource as the pool's switches want it seen. */
export function varyResource(original: Resource, variation: Variation): Resource {
  const resource = reembed(original, variation.embedding);
  const { properties, links, embedded } = resource;
  const extras = variation.extra ? { futureProperty: 'not in any documentation', futureList: ['1', '2'] } : {};
  return {
    ...resource,
    properties: { ...mapValues(properties, (value, name) => varyValue(name, value, variation)), ...extras },
    links: varyLinks(links, variation),
    ...(embedded && {
      embedded: mapValues(embedded, (value) => mapOneOrMany(value, (entry) => varyResource(entry, variation))),
    }),
  };
}

/** The same resource with the same references, told otherwise. */
function reembed(resource: Resource, embedding: Embedding): Resource {
  const { links, embedded = {} } = resource;
  switch (embedding) {
    case 'usual':
      return resource;
    case 'links': {
      const placed = Object.entries(embedded).map(
        ([rel, value]) => [rel, mapOneOrMany(value, ({ links: { self } }) => firstOf(self))] as const,
      );
      const linked = placed.filter(([, value]) =>
        (isList(value) ? value : [value]).every((link) => link !== undefined),
      );
      return {
        ...resource,
        links: { ...links, ...(Object.fromEntries(linked) as Resource['links']) },
        embedded: Object.fromEntries(
          Object.entries(embedded).filter(([rel]) => !linked.some(([name]) => name === rel)),
        ),
      };
    }
    case 'embedded': {
      const moved = Object.entries(links).filter(([rel]) => readable.has(rel));
      const placed = moved.map(
        ([rel, value]) =>
          [rel, mapOneOrMany<Link, Resource>(value, (self) => ({ rel, properties: {}, links: { self } }))] as const,
      );
      return {
        ...resource,
        links: Object.fromEntries(Object.entries(links).filter(([rel]) => !readable.has(rel))),
        embedded: { ...Object.fromEntries(placed), ...embedded },
      };
    }
  }
}

/** A package of events as the pool's switches want it seen. */
export function varyPackage(eventPackage: EventPackage, variation: Variation): EventPackage {
  const { sender, ...links } = eventPackage;
  return {
    ...mapValues(links, (href) => variation.href(href)),
    ...(sender && {
      sender: sender.map(({ rel, href, events }) => ({
        rel,
        href: variation.href(href),
        events: events.map((event) => varyEvent(event, variation)),
      })),
    }),
  };
}

function varyEvent(event: EventBody, variation: Variation): EventBody {
  const { link, in: within, embedded } = event;
  return {
    ...event,
    link: { ...link, href: variation.href(link.href) },
    ...(within && { in: { ...within, href: variation.href(within.href) } }),
    ...(embedded && { embedded: { rel: embedded.rel, resource: varyResource(embedded.resource, variation) } }),
  };
}

function varyLinks(links: Resource['links'], variation: Variation): Resource['links'] {
  const varied = mapValues(links, (value) =>
    mapOneOrMany<Link>(value, (link) => ({ ...link, href: variation.href(link.href) })),
  );
  return variation.extra ? { ...varied, futureLink: { href: variation.href('/future') } } : varied;
}

function varyValue(name: string, value: PropertyValue, { extra }: Variation): PropertyValue {
  if (extra && openEnums.has(name)) return 'FutureValue';
  if (extra && openLists.has(name) && isList(value)) return [...value, 'FutureValue'];
  return value;
}

function mapOneOrMany<T, R = T>(
  value: T | readonly T[] | undefined,
  change: (entry: T) => R,
): R | readonly R[] | undefined {
  if (isList(value)) return value.map(change);
  return value === undefined ? undefined : change(value);
}

function firstOf<T>(value: T | readonly T[] | undefined): T | undefined {
  return isList(value) ? value[0] : value;
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

/** `Array.isArray` narrows readonly arrays badly; this one does it right. */
export function isList<T>(value: T | readonly T[] | undefined): value is readonly T[] {
  return Array.isArray(value);
}
