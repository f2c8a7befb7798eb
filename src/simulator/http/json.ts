import type { UcwaProblem } from './problem';
import type { EventBody, EventPackage, Link, PropertyValue, Resource } from './resource';
import { isList } from './variation';

/** Writes a resource as UCWA JSON. Source: Skype/UCWA/PayloadFormat.md. */
export function resourceToJson(resource: Resource): string {
  return serverJson(plainResource(resource));
}

/** Writes an answer of the event channel as UCWA JSON. Source: Skype/UCWA/EventChannelDetails.md. */
export function packageToJson({ self, next, resume, resync, sender }: EventPackage): string {
  const links = { self: linkTo(self), next: linkTo(next), resume: linkTo(resume), resync: linkTo(resync) };
  return serverJson({
    _links: links,
    sender: sender?.map(({ rel, href, events }) => ({ rel, href, events: events.map(plainEvent) })),
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

function linkTo(href: string | undefined): Link | undefined {
  return href === undefined ? undefined : { href };
}

function plainResource({ properties, links, embedded, rel, etag }: Resource): Record<string, unknown> {
  const values = Object.entries(properties).map(([name, value]) => [name, plainValue(value)]);
  const inner = Object.entries(embedded ?? {}).map(([key, value]) => [
    key,
    isList(value) ? value.map(plainResource) : value && plainResource(value),
  ]);
  return {
    ...(Object.fromEntries(values) as Record<string, unknown>),
    _links: links,
    _embedded: inner.length > 0 ? Object.fromEntries(inner) : undefined,
    rel,
    etag,
  };
}

function plainEvent({ link, in: within, status, embedded, reason, type }: EventBody): Record<string, unknown> {
  const inner = embedded && { [embedded.rel]: plainResource(embedded.resource) };
  return { link, in: within, status, _embedded: inner, reason, type };
}

function plainValue(value: PropertyValue): unknown {
  return value instanceof Date ? `/Date(${String(value.getTime())})/` : value;
}

/** JSON text with the escapes that .NET servers write: slashes of dates, ampersands and apostrophes. */
function serverJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/"\/Date\((-?\d+)\)\/"/g, String.raw`"\/Date($1)\/"`)
    .replace(/&/g, String.raw`\u0026`)
    .replace(/'/g, String.raw`\u0027`);
}
