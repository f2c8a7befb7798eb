import { MeetingProblem } from '../../meetings/errors';
import type { MeetingChanges } from '../../meetings/meeting';
import { parseAddresses } from '../../meetings/settings-rules';
import { parseIsoTime } from '../../meetings/when';

/** What `new` understood: the subject may be empty. */
export type NewArgs = MeetingChanges & { readonly subject: string };

const OPTION = /(?:^|\s)(lobby|presenters|announce|phone|desc|expires)=("[^"]*"|\S*)/giu;
/** An address, alone or behind a name: `anna@contoso.com`, `Anna Berg <anna@contoso.com>`. */
const PERSON = String.raw`(?:[^,;<>@=]{1,60}<[^<>\s]*>|\S*@\S*)`;
/** `with` and addresses; without an `@` in it, `with` is a word of the subject. */
const PEOPLE = new RegExp(String.raw`(?:^|\s)with\s+(${PERSON}(?:(?:\s*[,;]\s*|\s+and\s+|\s+)${PERSON})*)`, 'iu');

type Reader = (value: string, zone: string) => MeetingChanges;

/** One reader for each option; each gives the settings its value means. */
const OPTIONS: Readonly<Record<string, Reader>> = {
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

/**
 * Reads `"Budget review" lobby=company desc="…" expires=2026-12-24T18:00 with anna@contoso.com, ben@contoso.com`.
 *
 * What is no option and no `with` clause is the subject; quotes around it are taken off.
 * @throws MeetingProblem `input.badOptionValue`, `input.badAddress`, `input.badDate`.
 */
export function parseNewArgs(args: string, zone: string): NewArgs {
  const { masked, restore } = maskQuotedSubject(args);
  let settings: MeetingChanges = {};
  let rest = masked.replace(OPTION, (_all, name: string, value: string) => {
    const option = name.toLowerCase();
    if (/^"[^"]*$/u.test(value)) throw badValue(option, value, `${option}="…"`);
    settings = { ...settings, ...OPTIONS[option]?.(value.replace(/^"(.*)"$/su, '$1'), zone) };
    return ' ';
  });
  rest = rest.replace(PEOPLE, (_all, people: string) => {
    settings = { ...settings, attendees: parseAddresses(people.replace(/\sand\s/giu, ',')) };
    return ' ';
  });
  return { ...settings, subject: restore(rest).replace(/\s+/gu, ' ').trim() };
}

/** A quoted subject is taken literally: nothing in it is an option. */
function maskQuotedSubject(args: string): { masked: string; restore: (rest: string) => string } {
  const quoted = /^\s*"([^"]*)"/u.exec(args);
  if (quoted === null) return { masked: args, restore: (rest) => rest };
  const [whole, subject = ''] = quoted;
  return { masked: args.slice(whole.length), restore: (rest) => `${subject} ${rest}` };
}

function word(option: string, values: Readonly<Record<string, MeetingChanges>>): Reader {
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
