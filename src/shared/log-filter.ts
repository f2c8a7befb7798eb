/** Longest text of one field, in characters; a stack is the longest. */
const LONGEST = 4000;

/** What must not be in a log, whoever wrote it into a message, and what stands there instead. Order matters. */
const SECRETS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/gu, '[token]'],
  [/\b(Bearer|Basic|Negotiate|NTLM)\s+[\w+/=~.-]{4,}/giu, '$1 [token]'],
  [/\bcwt=[^\s"',;]+/giu, 'cwt=[token]'],
  [
    /(["']?\b\w*(?:password|passwd|pwd|passcode|secret|assertion|access_token|refresh_token|id_token|api[_-]?key)\b["']?\s*[=:]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s&,;)}\]]+)/giu,
    '$1[secret]',
  ],
  [/\b([a-z][\w+.-]*:\/\/)[^\s/@"']+@/giu, '$1[secret]@'],
  [/\b(https?:\/\/[^\s/?#"'<>\\]+)[/?#][^\s"'<>)\\]*/giu, '$1/[path]'],
  [/\b(conference id|conf id|meeting id|pin|access code)(\W{1,3}(?:is\s)?)\d(?:[ \-#]?\d){2,}/giu, '$1$2[number]'],
  [/(?<![\w.:-])\d{6,}(?![\w.-]| ?ms)/gu, '[number]'],
  [/\b(?=[A-Z\d]{0,7}\d)(?=[A-Z\d]{0,7}[A-Z])[A-Z\d]{8}\b(?!-)/gu, '[meeting]'],
];

/** Who somebody is: left out above `debug`. */
const PEOPLE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bsips?:[^\s"'<>,)\\]+/giu, 'sip:[person]'],
  [/[^\s"'<>,;:()[\]=\\]+@[\w-]+(?:\.[\w-]+)+/gu, '[person]'],
];

/**
 * Text without what must not be in a log: tokens, passwords, secrets, paths of links, ids and PINs of conferences, and
 * (unless `mayNamePeople`) addresses of people.
 *
 * It is the second net: whoever logs leaves secrets out; this one knows shapes only.
 */
export function withoutSecrets(text: string, mayNamePeople: boolean): string {
  const patterns = mayNamePeople ? SECRETS : [...SECRETS, ...PEOPLE];
  return patterns.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text.slice(0, LONGEST));
}

/** An address of ours: origin and path, never user name, query or fragment. */
export function plainAddress(text: string): string {
  if (!URL.canParse(text)) return withoutSecrets(text, false);
  const { origin, protocol, host, pathname } = new URL(text);
  const start = origin === 'null' ? `${protocol}//${host}` : origin;
  return pathname === '/' ? start : `${start}${pathname}`;
}
