import * as fc from 'fast-check';

import { parseXml, type XmlElement } from '../../../src/ucwa/xml';

type Json = Readonly<Record<string, unknown>>;

/** How a document is written down differently without saying anything else; each choice is one of a few numbers. */
export interface Style {
  /** Seeds the order of what has none. */
  readonly order: number;
  readonly absolute: boolean;
  /** Unknown properties, links and elements. */
  readonly extras: boolean;
  /** What is missing is `null` (JSON), or is there and empty. */
  readonly nulls: boolean;
  /** One link as a list of one. */
  readonly lists: boolean;
  readonly blanks: boolean;
  /** Characters by number. */
  readonly escapes: boolean;
  readonly mark: boolean;
  /** Names of headers in capitals, media types with parameters. */
  readonly loud: boolean;
}

/** All styles. */
export const styles: fc.Arbitrary<Style> = fc.record({
  order: fc.nat(),
  absolute: fc.boolean(),
  extras: fc.boolean(),
  nulls: fc.boolean(),
  lists: fc.boolean(),
  blanks: fc.boolean(),
  escapes: fc.boolean(),
  mark: fc.boolean(),
  loud: fc.boolean(),
});

/** Where documents come from, for links to be absolute. */
export const origin = 'https://pool.contoso.com';

const optional = ['legacyOnlineMeetingUri', 'disclaimerBody', 'title', 'importance'];

/** The same resource in JSON, written in this style. */
export function writeJson(document: Json, style: Style): string {
  const text = JSON.stringify(vary(document, style), undefined, style.blanks ? '\t' : undefined);
  const written = style.escapes ? text.replaceAll(/(?<=: ?"[^"\\]*)[a-z](?=[^"\\]*")/g, unicodeEscape) : text;
  return `${style.mark ? '\uFEFF' : ''}${written}${style.blanks ? '\r\n' : ''}`;
}

/** The same resource in XML, written in this style. */
export function writeXml(document: string, style: Style): string {
  const { blanks, mark, extras } = style;
  const prefix = style.loud ? 'u:' : '';
  const content = writeElement(parseXml(document), { ...style, prefix });
  const comment = extras ? '<!-- a server said this --><?hint none?>' : '';
  return `${mark ? '\uFEFF' : ''}${blanks ? '<?xml version="1.0"  encoding="UTF-8" standalone="yes"?>\r\n' : ''}${comment}${content}`;
}

function vary(value: unknown, style: Style): unknown {
  if (Array.isArray(value)) return value.map((entry) => vary(entry, style));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    name === '_links' ? varyLinks(member as Json, style) : name === 'href' ? place(member, style) : vary(member, style),
  ]);
  const isResource = 'rel' in value && '_links' in value;
  const extras: [string, unknown][] = isResource && style.extras ? [['futureThing', { deep: [1, null, {}] }]] : [];
  const nulls = isResource && style.nulls ? optional.filter((name) => !(name in value)) : [];
  return Object.fromEntries(
    shuffled([...members, ...extras, ...nulls.map((name): [string, unknown] => [name, null])], style),
  );
}

function varyLinks(links: Json, style: Style): Json {
  const varied = Object.entries(links).map(([rel, link]): [string, unknown] => {
    const written = vary(link, style);
    return [rel, style.lists && !Array.isArray(written) ? [written] : written];
  });
  const extras: [string, unknown][] = style.extras ? [['futureLink', { href: '/future', hreflang: 'en' }]] : [];
  return Object.fromEntries(shuffled([...varied, ...extras], style));
}

function place(href: unknown, { absolute }: Style): unknown {
  return absolute && typeof href === 'string' && href.startsWith('/') ? `${origin}/${href.replace(/^\/+/, '')}` : href;
}

function writeElement(element: XmlElement, style: Style & { readonly prefix: string }): string {
  const { prefix, blanks, extras } = style;
  const name = `${prefix}${element.name}`;
  const quote = style.lists ? "'" : '"';
  const declaration = prefix === '' ? '' : ` xmlns:u=${quote}urn:ucwa${quote}`;
  const attributes = shuffled(Object.entries(element.attributes), style).map(([key, value]) => {
    const placed = key === 'href' ? String(place(value, style)) : value;
    return `${blanks ? '\n  ' : ' '}${key}${blanks ? ' = ' : '='}${quote}${escape(placed, style.escapes)}${quote}`;
  });
  const open = `<${name}${declaration}${attributes.join('')}`;
  const isLeaf = element.children.length === 0;
  if (isLeaf && element.text === '') return style.nulls ? `${open}></${name}>` : `${open}/>`;
  if (isLeaf) return `${open}>${writeText(element.text, style)}</${name}${blanks ? ' ' : ''}>`;
  const children = keptInOrder(element, style).map((child) => writeElement(child, style));
  const unknown = extras && element.name === 'resource' ? [`<${prefix}future kind="x">?</${prefix}future>`] : [];
  return `${open}>${[...unknown, ...children].map((child) => `${blanks ? '\r\n\t' : ''}${child}`).join('')}</${name}>`;
}

function writeText(text: string, style: Style): string {
  return style.extras && !text.includes(']]>') ? `<![CDATA[${text}]]>` : escape(text, style.escapes);
}

function escape(text: string, all: boolean): string {
  const pattern = all ? /[^a-z]/gu : /[&<>"']/g;
  return text.replaceAll(pattern, (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`);
}

/** Elements of one name stay in order, because lists have one; so do the events of a sender, each named by its type. */
function keptInOrder({ name: parent, children }: XmlElement, style: Style): readonly XmlElement[] {
  if (parent === 'sender') return children;
  const names = shuffled([...new Set(children.map(({ name }) => name))], style);
  return names.flatMap((name) => children.filter((child) => child.name === name));
}

function shuffled<T>(list: readonly T[], { order }: Style): readonly T[] {
  const keyed = list.map((entry, index) => ({ entry, key: Math.imul(order + index * 7 + 1, 0x9e37_79b1) >>> 0 }));
  return order === 0 ? list : keyed.sort((one, other) => one.key - other.key).map(({ entry }) => entry);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
