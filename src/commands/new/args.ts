import { MeetingProblem } from '../../meetings/errors';
import type { MeetingChanges } from '../../meetings/meeting';
import { parseLead } from '../../meetings/reminder-times';
import { parseAddresses } from '../../meetings/settings-rules';
import { parseIsoTime } from '../../meetings/when';

/** What `new` understood. */
export interface NewArgs {
  /** The subject may be empty. */
  readonly draft: MeetingChanges & { readonly subject: string };
  /** What the server has no place for. */
  readonly besides: Besides;
}

interface Besides {
  readonly startsAt?: Date;
  /** ISO 8601 duration before the meeting, for whoever makes it. */
  readonly remind?: string;
}

/** Without another end a meeting with a start stays open for a day longer. */
const OPEN_AFTER_START_MS = 24 * 60 * 60 * 1000;

const OPTION = /(?:^|\s)(lobby|presenters|announce|phone|desc|expires|start|remind)=("[^"]*"|\S*)/giu;
/** An address, alone or behind a name: `anna@contoso.com`, `Anna Berg <anna@contoso.com>`. */
const PERSON = String.raw`(?:[^,;<>@=]{1,60}<[^<>\s]*>|\S*@\S*)`;
/** `with` and addresses; without an `@` in it, `with` is a word of the subject. */
const PEOPLE = new RegExp(String.raw`(?:^|\s)with\s+(${PERSON}(?:(?:\s*[,;]\s*|\s+and\s+|\s+)${PERSON})*)`, 'iu');

type Reader<Meant> = (value: string, zone: string) => Meant;

/** One reader for each option; each gives the settings its value means. */
const OPTIONS: Readonly<Record<string, Reader<MeetingChanges>>> = {
  lobby: word('lobby', {
    everyone: { access: 'everyone' },
    company: { access: 'company' },
    invited: { access: 'invited' },
    locked: { access: 'locked' },
  }),
  presenters: word('presenters', {
    me: { presenters: 'named' },
    company: { presenters: 'company' },
    all: { presenters: 'everyone' },
    everyone: { presenters: 'everyone' },
  }),
  announce: word('announce', onOff('announcements')),
  phone: word('phone', onOff('phoneAllowed')),
  desc: (value) => ({ description: value }),
  expires: (value, zone) => ({ expiresAt: parseIsoTime(value, zone) }),
};

const BESIDES: Readonly<Record<string, Reader<Besides>>> = {
  start: (value, zone) => ({ startsAt: parseIsoTime(value, zone) }),
  remind: (value) => {
    const remind = parseLead(value);
    if (remind === undefined) throw new MeetingProblem('input.badLead', { facts: { typed: value.slice(0, 40) } });
    return { remind };
  },
};

/**
 * Reads `"Budget review" lobby=company desc="…" start=2026-12-24T17:00 expires=2026-12-24T18:00 remind=10m with anna@contoso.com, ben@contoso.com`.
 *
 * What is no option and no `with` clause is the subject; quotes around it are taken off.
 * @throws MeetingProblem `input.badOptionValue`, `input.badAddress`, `input.badDate`, `input.badLead`.
 */
export function parseNewArgs(args: string, zone: string): NewArgs {
  const { masked, restore } = maskQuotedSubject(args);
  let settings: MeetingChanges = {};
  let besides: Besides = {};
  let rest = masked.replace(OPTION, (_all, name: string, value: string) => {
    const option = name.toLowerCase();
    if (/^"[^"]*$/u.test(value)) throw badValue(option, value, `${option}="…"`);
    const bare = value.replace(/^"(.*)"$/su, '$1');
    settings = { ...settings, ...OPTIONS[option]?.(bare, zone) };
    besides = { ...besides, ...BESIDES[option]?.(bare, zone) };
    return ' ';
  });
  rest = rest.replace(PEOPLE, (_all, people: string) => {
    settings = { ...settings, attendees: parseAddresses(people.replace(/\sand\s/giu, ',')) };
    return ' ';
  });
  const subject = restore(rest).replace(/\s+/gu, ' ').trim();
  return { draft: { ...closingAfter(besides.startsAt), ...settings, subject }, besides };
}

function closingAfter(startsAt: Date | undefined): MeetingChanges {
  return startsAt === undefined ? {} : { expiresAt: new Date(startsAt.getTime() + OPEN_AFTER_START_MS) };
}

/** A quoted subject is taken literally: nothing in it is an option. */
function maskQuotedSubject(args: string): { masked: string; restore: (rest: string) => string } {
  const quoted = /^\s*"([^"]*)"/u.exec(args);
  if (quoted === null) return { masked: args, restore: (rest) => rest };
  const [whole, subject = ''] = quoted;
  return { masked: args.slice(whole.length), restore: (rest) => `${subject} ${rest}` };
}

function word(option: string, values: Readonly<Record<string, MeetingChanges>>): Reader<MeetingChanges> {
  return (value) => {
    const settings = Object.hasOwn(values, value.toLowerCase()) ? values[value.toLowerCase()] : undefined;
    if (settings !== undefined) return settings;
    throw badValue(option, value, Object.keys(values).join(', '));
  };
}

function badValue(option: string, value: string, allowed: string): MeetingProblem {
  return new MeetingProblem('input.badOptionValue', { facts: { option, value: value.slice(0, 40), allowed } });
}

function onOff(setting: 'announcements' | 'phoneAllowed'): Readonly<Record<string, MeetingChanges>> {
  const on = { [setting]: 'on' };
  const off = { [setting]: 'off' };
  return { on, yes: on, true: on, off, no: off, false: off };
}
