import type { JsonObject } from './json';

const namespace = 'http://schemas.microsoft.com/rtc/2012/03/ucwa';

/**
 * Writes the input of a POST or PUT as XML: every property by its name, lists as `propertyList`. Links and embedded
 * resources have no place in an input; nor has what is absent, null, or an object, which only JSON can carry. Characters
 * that XML does not have are left out.
 *
 * Source: Skype/UCWA/PayloadFormat.md.
 */
export function encodeXmlInput(body: JsonObject): string {
  const properties = Object.entries(body).map(([name, value]) => encodeProperty(name, value));
  return `<?xml version="1.0" encoding="utf-8"?><input xmlns="${namespace}">${properties.join('')}</input>`;
}

function encodeProperty(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((entry) => textOf(entry)).filter((text) => text !== undefined);
    const content = items.map((text) => `<item>${escapeXml(text)}</item>`).join('');
    return `<propertyList name="${escapeXml(name)}">${content}</propertyList>`;
  }
  const text = textOf(value);
  return text === undefined ? '' : `<property name="${escapeXml(name)}">${escapeXml(text)}</property>`;
}

/** Booleans are capitalised, as the server writes them. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** Source: Extensible Markup Language (XML) 1.0, "2.2 Characters". */
const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and attributes alike; line ends and tabs, which a reader would change, are written by number. */
function escapeXml(text: string): string {
  return text
    .replaceAll(notXml, '')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => references[character] ?? `&#${String(character.charCodeAt(0))};`);
}
