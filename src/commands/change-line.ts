import { plainLine } from '../cards';
import type { Difference, PeopleChange, Turned } from '../meetings/difference';
import { describeChange } from '../meetings/when';
import { defineTexts } from '../shared/texts';

import type { Reader } from './command';
import { subjectOf } from './meeting-replies';
import { settingWords } from './setting-words';

const texts = defineTexts({
  en: {
    somebody: 'Somebody',
    changed: (who: string, subject: string, what: string) => `${who} changed ${subject}: ${what}`,
    cancelled: (who: string, subject: string) => `${who} cancelled ${subject}.`,
    subject: (to: string) => `now called ${to}`,
    openUntil: (change: string) => `open until ${change}`,
    start: (change: string) => `start ${change}`,
    noStart: 'no start',
    noEnd: 'no end',
    presenting: (people: string) => `presenting ${people}`,
    setting: (name: string, from: string, to: string) => `${name}: ${from} → ${to}`,
    many: (count: number) => `${String(count)} people`,
  },
});

/** More people than this are counted. */
const MOST_NAMES = 3;

/** What was done to a meeting. */
export interface ToldChange {
  readonly kind: 'edited' | 'cancelled';
  readonly by: { readonly name: string };
  /** As the meeting was called before. */
  readonly subject: string;
  readonly difference: Difference;
}

/**
 * A change on one line, for everybody in a conversation: `Anna changed Budget review: open until Jun 1, 15:00 → 16:00 (GMT+2), + ben@contoso.com`.
 *
 * @param reader - times are in this zone, and the line says so.
 * @returns undefined when nothing changed that people care about.
 */
export function changeLine(change: ToldChange, reader: Reader): string | undefined {
  const { locale } = reader;
  const words = texts(locale);
  const name = plainLine(change.by.name, 80);
  const who = name === '' ? words.somebody : name;
  const subject = subjectOf(change.subject, locale);
  if (change.kind === 'cancelled') return words.cancelled(who, subject);
  const parts = partsOf(change.difference, reader);
  return parts.length === 0 ? undefined : words.changed(who, subject, parts.join(', '));
}

function partsOf(difference: Difference, reader: Reader): readonly string[] {
  const words = texts(reader.locale);
  const { names, values } = settingWords(reader.locale);
  const { subject, start, openUntil, invited, presenters, access, phoneSkipsLobby } = difference;
  const presenting = peopleLine(presenters, reader.locale);
  const parts = [
    subject === undefined ? '' : words.subject(subjectOf(subject.to ?? '', reader.locale)),
    start === undefined ? '' : words.start(timesOf(start, { ...reader, none: words.noStart })),
    openUntil === undefined ? '' : words.openUntil(timesOf(openUntil, { ...reader, none: words.noEnd })),
    peopleLine(invited, reader.locale),
    presenting === '' ? '' : words.presenting(presenting),
    access === undefined ? '' : settingLine(names.access, turnedWords(access, values.access), reader.locale),
    phoneSkipsLobby === undefined
      ? ''
      : settingLine(names.phoneSkipsLobby, turnedWords(phoneSkipsLobby, values.phoneSkipsLobby), reader.locale),
  ];
  return parts.filter((part) => part !== '');
}

function timesOf({ from, to }: Turned<string | undefined>, reader: Reader & { readonly none: string }): string {
  const moments = {
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
  return describeChange(moments, reader);
}

function peopleLine(change: PeopleChange | undefined, locale: string): string {
  const { added = [], removed = [] } = change ?? {};
  const line = (sign: string, people: readonly string[]): string =>
    people.length > MOST_NAMES
      ? `${sign} ${texts(locale).many(people.length)}`
      : people.map((address) => `${sign} ${plainLine(address, 80)}`).join(', ');
  return [line('+', added), line('−', removed)].filter((part) => part !== '').join(', ');
}

function turnedWords<Value extends string>(
  { from, to }: Turned<Value>,
  words: Readonly<Record<Value, string>>,
): { readonly from: string; readonly to: string } {
  return { from: from === undefined ? '' : words[from], to: to === undefined ? '' : words[to] };
}

function settingLine(name: string, { from, to }: { from: string; to: string }, locale: string): string {
  return texts(locale).setting(name.charAt(0).toLowerCase() + name.slice(1), from, to);
}
