/** A piece of an XML document as the reader sees it. */
type Token =
  | { readonly kind: 'open'; readonly name: string; readonly property: string | undefined; readonly empty: boolean }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const INPUT_ROOTS = ['input', 'resource'];

/**
 * Reads `<input>` or a `<resource>` that is sent back: its properties and lists, by name. Resources inside are skipped.
 * Undefined when the text is not such a document, is not well-formed, or has a DTD.
 * Source: Skype/UCWA/PayloadFormat.md.
 */
export function readXmlInput(xml: string): Record<string, unknown> | undefined {
  const tokens = tokenize(xml);
  return tokens === undefined ? undefined : new InputReader().read(tokens);
}

/** Walks the tokens with a stack of open elements. */
class InputReader {
  private readonly values: Record<string, unknown> = {};
  private readonly open: { readonly name: string; readonly property: string | undefined }[] = [];
  private text = '';
  private items: string[] = [];

  read(tokens: readonly Token[]): Record<string, unknown> | undefined {
    let ended = false;
    for (const token of tokens) {
      if (!this.take(token, ended)) return undefined;
      if (token.kind !== 'text') ended = this.open.length === 0;
    }
    return ended ? this.values : undefined;
  }

  private take(token: Token, ended: boolean): boolean {
    switch (token.kind) {
      case 'text':
        this.text += token.text;
        return this.open.length > 0 || token.text.trim() === '';
      case 'open':
        return this.enter(token, ended);
      case 'close':
        return this.leave(token.name);
    }
  }

  private enter(token: Extract<Token, { kind: 'open' }>, ended: boolean): boolean {
    if (ended || (this.open.length === 0 && !INPUT_ROOTS.includes(token.name))) return false;
    this.open.push(token);
    this.text = '';
    if (token.name === 'propertyList') this.items = [];
    return token.empty ? this.leave(token.name) : true;
  }

  private leave(name: string): boolean {
    const element = this.open.pop();
    if (element?.name !== name) return false;
    if (name === 'item') this.items.push(this.text);
    const ownProperty = this.open.length === 1 && element.property !== undefined;
    if (ownProperty && name === 'property') this.values[element.property] = this.text;
    if (ownProperty && name === 'propertyList') this.values[element.property] = this.items;
    this.text = '';
    return true;
  }
}

const markup =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

function tokenize(xml: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let position = xml.startsWith('\uFEFF') ? 1 : 0;
  while (position < xml.length) {
    const nextMarkup = xml.indexOf('<', position);
    const end = nextMarkup === -1 ? xml.length : nextMarkup;
    const text = unescape(xml.slice(position, end));
    if (text === undefined) return undefined;
    tokens.push({ kind: 'text', text });
    if (nextMarkup === -1) break;
    markup.lastIndex = nextMarkup;
    // A DTD matches nothing here, so it ends the reading like any other ill-formed markup.
    const match = markup.exec(xml);
    if (match === null) return undefined;
    const token = tokenOf(match);
    if (token !== undefined) tokens.push(token);
    position = markup.lastIndex;
  }
  return tokens;
}

function tokenOf([, cdata, closing, opening, attributes = '', slash]: RegExpExecArray): Token | undefined {
  if (cdata !== undefined) return { kind: 'text', text: cdata };
  if (closing !== undefined) return { kind: 'close', name: localName(closing) };
  if (opening === undefined) return undefined;
  const quoted = /\sname\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes);
  const property = quoted === null ? undefined : unescape(quoted[1] ?? quoted[2] ?? '');
  return { kind: 'open', name: localName(opening), property, empty: slash === '/' };
}

function localName(name: string): string {
  return name.replace(/^.*:/, '');
}

/** Undefined for an entity that XML does not have by itself. */
function unescape(text: string): string | undefined {
  const parts = text.split(/&([^;\s&]*);?/);
  const plain = parts.map((part, index) => (index % 2 === 0 ? part : characterOf(part)));
  return plain.includes(undefined) ? undefined : plain.join('');
}

function characterOf(entity: string): string | undefined {
  const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(entity);
  if (code === null) return entities[entity];
  const point = code[1] === undefined ? Number(code[2]) : parseInt(code[1], 16);
  return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : undefined;
}
