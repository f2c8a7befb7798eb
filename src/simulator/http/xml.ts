import { escapeMarkup } from './markup';
import type { UcwaProblem } from './problem';
import type { EventBody, EventPackage, PropertyValue, Reason, Resource, TargetLink } from './resource';
import { isList } from './variation';

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';
const NAMESPACE = 'http://schemas.microsoft.com/rtc/2012/03/ucwa';

/** Writes a resource as UCWA XML. Source: Skype/UCWA/PayloadFormat.md. */
export function resourceToXml(resource: Resource): string {
  return DECLARATION + resourceElement(resource.rel ?? 'resource', resource, { xmlns: NAMESPACE });
}

/** Writes an answer of the event channel as UCWA XML. Source: Skype/UCWA/EventChannelDetails.md. */
export function packageToXml({ self, next, resume, resync, sender = [] }: EventPackage): string {
  const links = Object.entries({ next, resume, resync }).map(([rel, href]) =>
    href === undefined ? '' : element('link', { rel, href }),
  );
  const senders = sender.map(({ rel, href, events }) => element('sender', { rel, href }, events.map(eventElement)));
  return DECLARATION + element('events', { href: self, xmlns: NAMESPACE }, [...links, ...senders]);
}

/** Writes an error body. Source: Skype/UCWA/ErrorsAndInformationalMessages.md. */
export function problemToXml(problem: UcwaProblem, errorReportId: string): string {
  const { code, subcode, message } = problem;
  const parameters = problem.parameters.map(({ name, reason }) => property(name, reason));
  const details = [
    element('debugInfo', {}, [property('errorReportId', errorReportId)]),
    element('parameters', {}, parameters),
  ];
  return DECLARATION + reasonElement({ code, message, ...(subcode !== undefined && { subcode }) }, details, NAMESPACE);
}

type Attributes = Readonly<Record<string, string | undefined>>;

function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${escapeMarkup(value)}"`,
  );
  const inner = content.join('');
  return inner === '' ? `<${name}${written.join('')} />` : `<${name}${written.join('')}>${inner}</${name}>`;
}

function resourceElement(rel: string, resource: Resource, attributes: Attributes = {}): string {
  const { self, ...others } = resource.links;
  const href = isList(self) ? self[0]?.href : self?.href;
  const links = Object.entries(others).flatMap(([linkRel, value]) =>
    oneOrMany(value).map((link) => element('link', { rel: linkRel, ...link })),
  );
  const properties = Object.entries({ ...resource.properties, rel: resource.rel, etag: resource.etag });
  const embedded = Object.entries(resource.embedded ?? {}).flatMap(([key, value]) =>
    oneOrMany(value).map((entry) => resourceElement(key, entry)),
  );
  const content = [...links, ...properties.map(([name, value]) => property(name, value)), ...embedded];
  return element('resource', { rel, href, ...attributes }, content);
}

function property(name: string, value: PropertyValue): string {
  if (value === undefined) return '';
  if (isList(value))
    return element(
      'propertyList',
      { name },
      value.map((entry) => element('item', {}, [escapeMarkup(entry)])),
    );
  return element('property', { name }, [escapeMarkup(scalar(value))]);
}

/** Booleans are capitalised, dates have seven digits after the second. */
function scalar(value: string | number | boolean | Date): string {
  if (value instanceof Date) return value.toISOString().replace(/Z$/, '0000Z');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function eventElement({ type, link, in: within, status, reason, embedded }: EventBody): string {
  return element(type, { ...target(link), status }, [
    within === undefined ? '' : element('in', target(within)),
    reason === undefined ? '' : reasonElement(reason),
    embedded === undefined ? '' : resourceElement(embedded.rel, embedded.resource),
  ]);
}

function target({ rel, href, title }: TargetLink): Attributes {
  return { rel, href, title };
}

function reasonElement(reason: Reason, details: readonly string[] = [], xmlns?: string): string {
  const { code, subcode, message } = reason;
  const texts = Object.entries({ code, subcode, message }).map(([name, value]) =>
    value === undefined ? '' : element(name, {}, [escapeMarkup(value)]),
  );
  return element('reason', { xmlns }, [...texts, ...details]);
}

function oneOrMany<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (isList(value)) return value;
  return value === undefined ? [] : [value];
}
