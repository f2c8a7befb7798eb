import type { RefusalCode } from './refusals';

/** Lists and objects inside each other; an Adaptive Card's answer has about six. */
export const MAX_DEPTH = 20;

/** Names of properties in a whole body. */
export const MAX_KEYS = 2000;

/** Characters of one text. Teams takes about as much in a whole message. */
export const MAX_TEXT_LENGTH = 28 * 1024;

/** Names that mean something to JavaScript itself; an object that is copied carelessly would change its own nature. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Looks at the text of a JSON document for what parsing hides: the parser keeps the last of two equal keys, turns 1e400
 * into Infinity, and accepts half a character.
 *
 * @param json - text that `JSON.parse` took.
 * @returns the code of what is wrong; undefined when all is well. One pass, and memory for its keys only.
 */
export function refuseShape(json: string): RefusalCode | undefined {
  const shape = new Shape();
  let at = 0;
  while (at < json.length) {
    const token = tokenAt(json, at);
    at = token.end;
    const refusal = shape.take(token, () => isFollowedByColon(json, token.end));
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Where in a document the look is, and what it has used up. */
class Shape {
  /** Keys of every open object; undefined for an open list. */
  readonly #open: (Set<string> | undefined)[] = [];
  #keys = 0;

  take(token: Token, isKey: () => boolean): RefusalCode | undefined {
    switch (token.kind) {
      case 'open':
        this.#open.push(token.isObject ? new Set() : undefined);
        return this.#open.length > MAX_DEPTH ? 'JsonTooDeep' : undefined;
      case 'close':
        this.#open.pop();
        return undefined;
      case 'number':
        return Number.isFinite(Number(token.text)) ? undefined : 'JsonNumberOutOfRange';
      case 'text':
        return refuseText(token.text) ?? (isKey() ? this.#takeKey(token.text) : undefined);
      case 'other':
        return undefined;
    }
  }

  #takeKey(key: string): RefusalCode | undefined {
    const siblings = this.#open.at(-1);
    this.#keys += 1;
    if (this.#keys > MAX_KEYS) return 'JsonTooManyKeys';
    if (FORBIDDEN_KEYS.includes(key)) return 'JsonKeyNotAllowed';
    if (siblings?.has(key) === true) return 'JsonKeyRepeated';
    siblings?.add(key);
    return undefined;
  }
}

type Token =
  | { readonly kind: 'open'; readonly isObject: boolean; readonly end: number }
  | { readonly kind: 'close' | 'other'; readonly end: number }
  /** `text` is decoded where the token is a text, and as written where it is a number. */
  | { readonly kind: 'text' | 'number'; readonly text: string; readonly end: number };

const NUMBER = /-?\d[\d.eE+-]*/uy;

function tokenAt(json: string, at: number): Token {
  const first = json.charAt(at);
  if (first === '{' || first === '[') return { kind: 'open', isObject: first === '{', end: at + 1 };
  if (first === '}' || first === ']') return { kind: 'close', end: at + 1 };
  if (first === '"') return textAt(json, at);
  NUMBER.lastIndex = at;
  const [number] = NUMBER.exec(json) ?? [];
  if (number !== undefined) return { kind: 'number', text: number, end: at + number.length };
  return { kind: 'other', end: at + 1 };
}

function textAt(json: string, start: number): Token {
  let end = start + 1;
  let isPlain = true;
  while (end < json.length && json.charAt(end) !== '"') {
    const isEscape = json.charAt(end) === '\\';
    isPlain &&= !isEscape;
    end += isEscape ? 2 : 1;
  }
  const text = isPlain ? json.slice(start + 1, end) : String(JSON.parse(json.slice(start, end + 1)));
  return { kind: 'text', text, end: end + 1 };
}

function isFollowedByColon(json: string, at: number): boolean {
  let next = at;
  while (' \t\r\n'.includes(json.charAt(next)) && next < json.length) next += 1;
  return json.charAt(next) === ':';
}

function refuseText(text: string): RefusalCode | undefined {
  if (text.length > MAX_TEXT_LENGTH) return 'JsonTextTooLong';
  // No database, no log and no server takes half a character or a NUL.
  return /\p{Surrogate}|\0/u.test(text) ? 'JsonTextNotWellFormed' : undefined;
}
