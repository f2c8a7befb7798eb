import { parseXml } from '../../../src/ucwa/xml';

type JsonObject = Readonly<Record<string, unknown>>;

const namespace = 'http://schemas.microsoft.com/rtc/2012/03/ucwa';

/** What a server that speaks XML sends where one that speaks JSON sends `body`. Nested objects have no XML form. */
export function toXml(body: JsonObject): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${rootOf(body)}`;
}

/** The properties of an `<input>`, lists as arrays. */
export function readInput(xml: string): Record<string, unknown> {
  const root = parseXml(xml);
  if (root.name !== 'input') throw new RangeError(`This is no input but <${root.name}>`);
  const entries = root.children.map(({ name, attributes, text, children }): [string, unknown] => [
    attributes.name ?? '',
    name === 'propertyList' ? children.map((item) => item.text) : text,
  ]);
  return Object.fromEntries(entries);
}

function rootOf(body: JsonObject): string {
  const links = objectOf(body._links);
  if ('code' in body) return reason(body, { xmlns: namespace });
  if ('sender' in body || 'next' in links) return events(body, links);
  return resource(typeof body.rel === 'string' ? body.rel : 'resource', body, { xmlns: namespace });
}

function resource(rel: string, body: JsonObject, more: Record<string, unknown> = {}): string {
  const { _links, _embedded, ...properties } = body;
  const { self, ...links } = objectOf(_links);
  const embedded = Object.entries(objectOf(_embedded)).flatMap(([key, value]) =>
    listOf(value).map((entry) => resource(key, entry)),
  );
  return element('resource', { rel, href: objectOf(self).href, ...more }, [
    ...linksIn(links),
    ...Object.entries(properties).map(([name, value]) => property(name, value)),
    ...embedded,
  ]);
}

function events(body: JsonObject, { self, ...links }: JsonObject): string {
  const senders = listOf(body.sender).map(({ rel, href, events: list }) =>
    element('sender', { rel, href }, listOf(list).map(event)),
  );
  return element('events', { href: objectOf(self).href, xmlns: namespace }, [...linksIn(links), ...senders]);
}

function event({ link, type, in: within, status, reason: why, _embedded }: JsonObject): string {
  return element(String(type), { ...objectOf(link), status }, [
    within === undefined ? '' : element('in', objectOf(within)),
    why === undefined ? '' : reason(objectOf(why)),
    ...Object.entries(objectOf(_embedded)).map(([key, value]) => resource(key, objectOf(value))),
  ]);
}

function reason({ code, subcode, message, parameters }: JsonObject, attributes: JsonObject = {}): string {
  const texts = Object.entries({ code, subcode, message });
  const listed = listOf(parameters).map(({ name, reason: why }) => property(name as string, why));
  return element('reason', attributes, [
    ...texts.map(([name, value]) => (value === undefined ? '' : element(name, {}, [escape(value as string)]))),
    element('debugInfo'),
    element('parameters', {}, listed),
  ]);
}

function linksIn(links: JsonObject): string[] {
  return Object.entries(links).flatMap(([rel, value]) =>
    listOf(value).map((link) => element('link', { rel, ...link })),
  );
}

function property(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    return element(
      'propertyList',
      { name },
      value.map((entry) => element('item', {}, [escape(String(entry))])),
    );
  }
  if (value === undefined || value === null || typeof value === 'object') return '';
  return element('property', { name }, [escape(scalar(value as string | number | boolean))]);
}

function scalar(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const date = /^\/Date\((-?\d+)\)\/$/.exec(String(value));
  return date === null ? String(value) : new Date(Number(date[1])).toISOString().replace('Z', '0000Z');
}

function element(name: string, attributes: JsonObject = {}, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    typeof value === 'string' ? ` ${key}="${escape(value)}"` : '',
  );
  const inner = content.join('');
  return inner === '' ? `<${name}${written.join('')} />` : `<${name}${written.join('')}>${inner}</${name}>`;
}

/** Everything but letters and digits by number, so that nothing can be lost. */
function escape(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} :/.,@=-]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: unknown): readonly JsonObject[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(objectOf);
}
