import { MeetingProblem } from '../../meetings/errors';
import { parseLead } from '../../meetings/reminder-times';
import type { When } from '../../meetings/reminders';
import { parseIsoTime } from '../../meetings/when';

/** What was asked for; `words` refer to a meeting and may be empty. */
export type RemindArgs =
  | { readonly kind: 'set'; readonly words: string; readonly when: When }
  | { readonly kind: 'off'; readonly words: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'muteAll'; readonly isMuted: boolean }
  | { readonly kind: 'usual'; readonly asked: Usual }
  | { readonly kind: 'snooze'; readonly until: number | 'then' };

/** What is to be done about the lead that holds unless somebody says otherwise. */
export type Usual =
  { readonly kind: 'shown' } | { readonly kind: 'off' } | { readonly kind: 'lead'; readonly lead: string };

const SPAN = String.raw`\d{1,5}\s?[a-z]+`;
const LEAD = String.raw`(?:${SPAN}(?:(?:[\s,]+and\s+|[\s,]*)${SPAN})*|P[\dDTHM]+S?)`;
const AT_END = new RegExp(String.raw`^(?:([\s\S]*?)\s)?(${LEAD})$`, 'iu');
const AT_START = new RegExp(String.raw`^(${LEAD})\s+([\s\S]+)$`, 'iu');
const MOMENT = /^(?:([\s\S]*)\s)?(?:at\s+)?(\d{4}-\d{2}-\d{2}T\S+)$/iu;

/** Longer words refer to no meeting: they are not taken apart. */
const MOST_WORDS = 500;

/** The snooze of whoever does not say how long. */
const USUAL_SNOOZE_MS = 10 * 60_000;

type Reader = (rest: string) => RemindArgs | undefined;

/** First words that say what is meant; undefined: it is no such word after all. */
const FIRST_WORDS: Readonly<Record<string, Reader>> = {
  list: (rest) => (rest === '' ? { kind: 'list' } : undefined),
  mute: (rest) => (isEverything(rest) ? { kind: 'muteAll', isMuted: true } : { kind: 'off', words: rest }),
  unmute: (rest) =>
    isEverything(rest) ? { kind: 'muteAll', isMuted: false } : { kind: 'set', words: rest, when: { kind: 'usual' } },
  default: (rest) => ({ kind: 'usual', asked: usualOf(rest) }),
  snooze: (rest) => ({ kind: 'snooze', until: snoozeOf(rest) }),
  off: (rest) => ({ kind: 'off', words: rest }),
};

/**
 * Reads `#2 30m`, `10m`, `me 5 minutes before`, `#2 off`, `list`, `default 10m`, `mute`, `snooze 5m`, `#2 2026-12-24T17:45`.
 *
 * @param zone - IANA zone of the person, for a moment without an offset.
 * @throws MeetingProblem `input.badLead`, `input.badDate`.
 */
export function parseRemindArgs(args: string, zone: string): RemindArgs {
  const typed = args.trim();
  if (typed.length > MOST_WORDS) return { kind: 'set', words: typed, when: { kind: 'usual' } };
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/u.exec(typed) ?? [];
  const first = word.toLowerCase();
  const read = Object.hasOwn(FIRST_WORDS, first) ? FIRST_WORDS[first]?.(rest) : undefined;
  if (read !== undefined) return read;
  const off = /^([\s\S]+)\soff$/iu.exec(typed)?.[1];
  if (off !== undefined) return { kind: 'off', words: off.trim() };
  const words = typed.replace(/^(?:me|us)\b\s*/iu, '').replace(/\s*\bbefore(?:\s+(?:it|the)\s+starts?)?$/iu, '');
  return wishAtMoment(words, zone) ?? wishAtEnd(words) ?? wishAtStart(words);
}

function wishAtMoment(words: string, zone: string): RemindArgs | undefined {
  const [all, ahead = '', iso = ''] = MOMENT.exec(words) ?? [];
  if (all === undefined) return undefined;
  return { kind: 'set', words: ahead.trim(), when: { kind: 'at', at: parseIsoTime(iso, zone) } };
}

function wishAtEnd(words: string): RemindArgs | undefined {
  const [all, ahead = '', last = ''] = AT_END.exec(words) ?? [];
  if (all === undefined) return undefined;
  // "in 10 minutes" counts from now, which this does not: better asked than done wrong.
  if (/(?:^|\s)in$/iu.test(ahead.trim())) throw badLead(words);
  return { kind: 'set', words: ahead.trim(), when: { kind: 'before', lead: leadOf(last) } };
}

function wishAtStart(words: string): RemindArgs {
  const [all, first = '', after = ''] = AT_START.exec(words) ?? [];
  const lead = all === undefined ? undefined : parseLead(first);
  if (lead === undefined) return { kind: 'set', words, when: { kind: 'usual' } };
  return { kind: 'set', words: after.replace(/^before\s+/iu, ''), when: { kind: 'before', lead } };
}

/** Reads how long before. @throws MeetingProblem `input.badLead`. */
export function leadOf(typed: string): string {
  const lead = parseLead(typed);
  if (lead === undefined) throw badLead(typed);
  return lead;
}

function snoozeOf(typed: string): number | 'then' {
  const words = typed.replace(/^for\s+/iu, '');
  if (words === '') return USUAL_SNOOZE_MS;
  if (/^(?:start|at the start)$/iu.test(words)) return 'then';
  const [, minutes] = /^(\d{1,3})\s*(?:m|min|mins|minute|minutes)$/iu.exec(words) ?? [];
  if (minutes === undefined || Number(minutes) === 0) throw badLead(words);
  return Number(minutes) * 60_000;
}

function usualOf(typed: string): Usual {
  if (typed === '') return { kind: 'shown' };
  return /^off$/iu.test(typed) ? { kind: 'off' } : { kind: 'lead', lead: leadOf(typed) };
}

function isEverything(words: string): boolean {
  return /^(?:|all|everything)$/iu.test(words.trim());
}

function badLead(typed: string): MeetingProblem {
  return new MeetingProblem('input.badLead', { facts: { typed: typed.slice(0, 40) } });
}
