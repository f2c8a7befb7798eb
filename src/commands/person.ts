import { MeetingProblem } from '../meetings/errors';
import type { Person } from '../meetings/ports';
import { parseAddresses } from '../meetings/settings-rules';

import type { CommandContext, Mention } from './command';

/** Words that end with a person: what stands before, and whom they name. */
export interface WithPerson {
  readonly before: string;
  /** Somebody mentioned with @, an address, or `me`. */
  readonly who: Mention | string;
}

/**
 * Reads the person at the end of `#1 to Lukas Hoff`: somebody mentioned with @, an address, or `me`.
 *
 * @throws MeetingProblem `input.personMissing` when nobody is named.
 */
export function personAtEnd(words: string, mentions: readonly Mention[]): WithPerson {
  const typed = words.trim();
  const mention = mentions.find(({ name }) => name !== '' && typed.toLowerCase().endsWith(name.toLowerCase()));
  if (mention !== undefined) return { before: typed.slice(0, -mention.name.length).trim(), who: mention };
  const [, before = '', last = ''] = /^(?:([\s\S]*)\s)?(\S+)$/u.exec(typed) ?? [];
  if (last.toLowerCase() === 'me') return { before: before.trim(), who: 'me' };
  if (!last.includes('@')) throw new MeetingProblem('input.personMissing');
  const [address = ''] = parseAddresses(last);
  return { before: before.trim(), who: address };
}

/** What a button sends back for a person; whoever presses it is judged by who they are, never by this. */
export function personKey(who: WithPerson['who']): string {
  return typeof who === 'string' ? who : who.id;
}

/**
 * Looks the person up among the members of the conversation.
 *
 * @throws MeetingProblem `input.personUnknown`, the same for whoever is not there and whoever does not exist.
 */
export async function findPerson({ people }: CommandContext, who: WithPerson['who']): Promise<Person> {
  const found =
    typeof who !== 'string'
      ? await people.mentioned(who)
      : who === 'me'
        ? await people.speaker()
        : await people.member(who);
  if (found === undefined) throw new MeetingProblem('input.personUnknown');
  return found;
}
