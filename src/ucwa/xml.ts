import { UcwaProtocolError } from './errors';

/** One element: local name (prefix dropped), attributes by local name, its own text as it is, and its children. */
export interface XmlElement {
  readonly name: string;
  /** Without namespace declarations. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Blanks included; line ends are `\n`. Text between the children counts too. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly qualifiedName: string;
  readonly attributes: XmlElement['attributes'];
  readonly children: XmlElement[];
  text: string;
}

const maxDepth = 50;

const tokenAt =
  /<!--(?:(?!--)[\s\S])*-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

const attributeAt = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const entities: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);

/**
 * Reads a small XML document. Namespaces are ignored; a DTD, or any entity but the five of XML and numeric ones, is refused,
 * so that a document cannot make the reader fetch or blow up anything.
 *
 * @throws UcwaProtocolError when it is not well-formed.
 */
export function parseXml(text: string): XmlElement {
  const roots: XmlElement[] = [];
  const open: OpenElement[] = [];
  const add = (element: XmlElement): void => {
    (open.at(-1)?.children ?? roots).push(element);
  };
  for (const token of tokens(text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n'))) {
    const [, cdata, closing, opening, attributeText = '', selfClosing, characters] = token;
    if (opening !== undefined) {
      const attributes = readAttributes(attributeText);
      if (selfClosing === '/') add({ name: localName(opening), attributes, text: '', children: [] });
      else open.push({ qualifiedName: opening, attributes, children: [], text: '' });
      if (open.length > maxDepth) throw broken('it is nested too deeply');
    } else if (closing !== undefined) {
      add(close(open.pop(), closing));
    } else {
      appendText(open.at(-1), cdata ?? (characters === undefined ? '' : decodeEntities(characters)));
    }
  }
  const [root] = roots;
  if (root === undefined || roots.length > 1 || open.length > 0) throw broken('it has not exactly one root element');
  return root;
}

/** The first element of that local name, the element itself included, depth first. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = findElement(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function* tokens(text: string): Generator<RegExpExecArray> {
  const pattern = new RegExp(tokenAt);
  while (pattern.lastIndex < text.length) {
    const token = pattern.exec(text);
    if (token === null) throw broken('it is not well-formed');
    yield token;
  }
}

function close(element: OpenElement | undefined, name: string): XmlElement {
  if (element?.qualifiedName !== name) throw broken('its tags do not match');
  const { attributes, text, children } = element;
  return { name: localName(name), attributes, text, children };
}

function readAttributes(text: string): XmlElement['attributes'] {
  const attributes = new Map<string, string>();
  for (const [, name = '', quoted, apostrophed = ''] of text.matchAll(attributeAt)) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    if (attributes.has(localName(name))) throw broken('an element has an attribute twice');
    attributes.set(localName(name), decodeEntities((quoted ?? apostrophed).replaceAll(/[\t\n]/g, ' ')));
  }
  return Object.fromEntries(attributes);
}

function appendText(element: OpenElement | undefined, text: string): void {
  if (element !== undefined) element.text += text;
  else if (text.trim() !== '') throw broken('there is text outside the root element');
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&([^;&\s]*)(;?)/g, (_whole, name: string, end: string) => {
    const numeric = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const codePoint =
      numeric === null ? NaN : Number.parseInt(numeric[1] ?? numeric[2] ?? '', numeric[1] === undefined ? 10 : 16);
    const decoded = isCharacter(codePoint) ? String.fromCodePoint(codePoint) : entities.get(name);
    if (decoded === undefined || end === '') throw broken('it uses an unknown entity');
    return decoded;
  });
}

/** Control characters are not XML either, but servers write what people typed, and one of them must not hide a list. */
function isCharacter(codePoint: number): boolean {
  return codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
}

function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(':') + 1);
}

function broken(reason: string): UcwaProtocolError {
  return new UcwaProtocolError(`The XML document cannot be read: ${reason}`);
}
