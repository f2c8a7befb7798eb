import type { EventBody, EventPackage, Link, PropertyValue, Resource } from './resource';

/** What may change about a resource without changing its meaning, whatever the format it is written in. */
export interface Variation {
  /** Turns a path below the server root into the href form in force. */
  readonly href: (path: string) => string;
  /** Adds unknown properties, links and enum values. */
  readonly extra: boolean;
}

/** Read-only enum properties and lists of enum values: places where a newer server may say something new. */
const openEnums = new Set(['sourceNetwork', 'audienceMute', 'audienceMessaging', 'largeMeeting', 'meetingRecording']);
const openLists = new Set(['accessLevels', 'automaticLeaderAssignments', 'entryExitAnnouncements', 'activeModalities']);

/** A resource as the pool's switches want it seen. */
export function varyResource(resource: Resource, variation: Variation): Resource {
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

function mapOneOrMany<T>(value: T | readonly T[] | undefined, change: (entry: T) => T): T | readonly T[] | undefined {
  if (isList(value)) return value.map(change);
  return value === undefined ? undefined : change(value);
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
