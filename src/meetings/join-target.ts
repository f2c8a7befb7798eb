/** What somebody wants to join, as far as the words alone tell. */
export type JoinTarget =
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'conferenceUri'; readonly uri: string }
  | { readonly kind: 'conferenceId'; readonly digits: string }
  | { readonly kind: 'ref'; readonly words: string };

const CONFERENCE_URI = /^(?:conf:)?(sips?:[^\s;@]+@[^\s;@]+;gruu;opaque=app:conf:focus:id:[A-Za-z0-9]+)(?:[;?]\S*)?$/iu;

/** `meet.contoso.com/anna/K7Q2XW5T`, as some clients copy it. */
const BARE_LINK = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d{1,5})?\/\S+$/iu;

/** Tells a pasted link, a conference URI, a number to dial and a reference to a meeting apart. */
export function parseJoinTarget(typed: string): JoinTarget {
  const words = typed
    .trim()
    .replace(/^<(.*)>$/su, '$1')
    .trim();
  const link = BARE_LINK.test(words) ? `https://${words}` : words;
  if (/^https?:/iu.test(link) && URL.canParse(link)) return { kind: 'url', url: new URL(link) };
  const uri = CONFERENCE_URI.exec(words)?.[1];
  if (uri !== undefined) return { kind: 'conferenceUri', uri };
  const digits = words.replace(/[\s-]/gu, '');
  if (/^\d{5,15}$/u.test(digits)) return { kind: 'conferenceId', digits };
  return { kind: 'ref', words };
}

/** The meeting ID inside a conference URI, where it has one. */
export function meetingIdOf(conferenceUri: string): string | undefined {
  return /;opaque=app:conf:focus:id:([A-Za-z0-9]+)/iu.exec(conferenceUri)?.[1];
}
