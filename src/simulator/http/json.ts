import type { UcwaProblem } from './problem';
import type { EventBody, EventPackage, Link, PropertyValue, Resource } from './resource';

/** What the writer may change about a resource without changing its meaning. */
export interface WritingOptions {
  /** Turns a path below the server root into the href form in force. */
  readonly href: (path: string) => string;
  /** Adds unknown properties, links and enum values. */
  readonly extra: boolean;
}

/** Writes a resource as UCWA JSON. Source: Skype/UCWA/PayloadFormat.md. */
export function resourceToJson(resource: Resource, options: WritingOptions): string {
  return serverJson(plainResource(resource, options));
}

/** Writes an answer of the event channel as UCWA JSON. Source: Skype/UCWA/EventChannelDetails.md. */
export function packageToJson(eventPackage: EventPackage, options: WritingOptions): string {
  const { self, next, resume, resync, sender } = eventPackage;
  return serverJson({
    _links: plainLinks(
      { self: linkOf(self), next: linkOf(next), resume: linkOf(resume), resync: linkOf(resync) },
      options,
    ),
    sender: sender?.map(({ rel, href, events }) => ({
      rel,
      href: options.href(href),
      events: events.map((event) => plainEvent(event, options)),
    })),
  });
}

/** Writes an error body. Source: Skype/UCWA/ErrorsAndInformationalMessages.md. */
export function problemToJson(problem: UcwaProblem, errorReportId: string): string {
  const { code, subcode, message, parameters } = problem;
  return serverJson({
    code,
    subcode,
    message,
    parameters: parameters.length > 0 ? parameters : undefined,
    debugInfo: { errorReportId },
  });
}

function linkOf(href: string | undefined): Link | undefined {
  return href === undefined ? undefined : { href };
}

function plainResource(resource: Resource, options: WritingOptions): Record<string, unknown> {
  const properties = Object.entries(resource.properties).map(([name, value]) => [
    name,
    plainValue(name, value, options),
  ]);
  const embedded = Object.entries(resource.embedded ?? {}).map(([rel, value]) => [
    rel,
    isList(value) ? value.map((entry) => plainResource(entry, options)) : value && plainResource(value, options),
  ]);
  return {
    ...(Object.fromEntries(properties) as Record<string, unknown>),
    ...(options.extra ? { futureProperty: 'not in any documentation', futureList: [1, 2] } : {}),
    _links: plainLinks(resource.links, options),
    _embedded: embedded.length > 0 ? Object.fromEntries(embedded) : undefined,
    rel: resource.rel,
    etag: resource.etag,
  };
}

function plainLinks(links: Resource['links'], options: WritingOptions): Record<string, unknown> {
  const plain = Object.entries(links).map(([rel, value]) => [
    rel,
    isList(value) ? value.map((link) => plainLink(link, options)) : value && plainLink(value, options),
  ]);
  const written = Object.fromEntries(plain) as Record<string, unknown>;
  return options.extra ? { ...written, futureLink: { href: options.href('/future'), futureAttribute: true } } : written;
}

function plainLink<L extends Link>(link: L, options: WritingOptions): L {
  return { ...link, href: options.href(link.href) };
}

function plainEvent(event: EventBody, options: WritingOptions): Record<string, unknown> {
  return {
    link: plainLink(event.link, options),
    in: event.in && plainLink(event.in, options),
    status: event.status,
    _embedded: event.embedded && { [event.embedded.rel]: plainResource(event.embedded.resource, options) },
    reason: event.reason,
    type: event.type,
  };
}

/** Read-only enum properties and lists of enum values: places where a newer server may say something new. */
const openEnums = new Set(['sourceNetwork', 'audienceMute', 'audienceMessaging', 'largeMeeting', 'meetingRecording']);
const openLists = new Set(['accessLevels', 'automaticLeaderAssignments', 'entryExitAnnouncements', 'activeModalities']);

function plainValue(name: string, value: PropertyValue, options: WritingOptions): unknown {
  if (value instanceof Date) return `/Date(${String(value.getTime())})/`;
  if (options.extra && openEnums.has(name)) return 'FutureValue';
  if (options.extra && openLists.has(name) && isList(value)) return [...value, 'FutureValue'];
  return value;
}

/** `Array.isArray` narrows readonly arrays badly; this one does it right. */
function isList<T>(value: T | readonly T[] | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** JSON text with the escapes that .NET servers write: slashes of dates, ampersands and apostrophes. */
function serverJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/"\/Date\((-?\d+)\)\/"/g, String.raw`"\/Date($1)\/"`)
    .replace(/&/g, String.raw`\u0026`)
    .replace(/'/g, String.raw`\u0027`);
}
