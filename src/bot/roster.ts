import type { Activity } from 'botbuilder';

import type { Mention, People } from '../commands';
import { MeetingProblem } from '../meetings/errors';
import type { Person } from '../meetings/ports';
import { parseAddresses } from '../meetings/settings-rules';
import { deadline } from '../shared/abort';
import type { Logger } from '../shared/logger';

import { BoundedMap } from './bounded-map';

/** One question to the chat service waits no longer than this: without an answer Confer goes on without an address. */
const LIMIT_MS = 3000;

/** What is known of a member is asked again after this; who was not found, or nobody could say, is asked much sooner. */
const FRESH_MS = 3_600_000;
const UNKNOWN_MS = 60_000;

/** A member of a conversation. */
interface Member {
  readonly person: Person;
  readonly isGuest: boolean;
}

/** Asks the chat service for one member of the conversation an activity came from. @throws anything when there is none. */
export type AskForMember = (activity: Activity, memberId: string, signal: AbortSignal) => Promise<unknown>;

/** Collaborators of {@link Roster}. */
interface RosterDeps {
  readonly askForMember: AskForMember;
  readonly now: () => Date;
}

/** Where and for whom somebody is looked up. */
interface Asking {
  readonly person: Person;
  readonly activity: Activity;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Who people of a conversation are, as the chat service knows them. */
export class Roster {
  readonly #deps: RosterDeps;
  readonly #known = new BoundedMap<{ member: Member | undefined; until: number }>(5000);

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  /**
   * The people around one activity.
   *
   * @param isPersonal - everybody has an account of their own: the server knows who speaks, and what they may.
   */
  around(asking: Asking, isPersonal: boolean): People {
    const { person } = asking;
    return {
      speaker: async () => {
        if (isPersonal) return person;
        const id = asking.activity.from.id;
        const member = await this.#member(asking, id);
        if (member?.isGuest === true) throw new MeetingProblem('signIn.guest');
        // Who speaks is what the chat service signed; the roster only adds to it.
        const address = member?.person.address;
        return address === undefined ? person : { ...person, address };
      },
      mentioned: async (mention) => (await this.#member(asking, mention.id))?.person ?? unlisted(mention),
      member: async (key) => (await this.#member(asking, key))?.person,
    };
  }

  async #member(asking: Asking, memberId: string): Promise<Member | undefined> {
    const { askForMember, now } = this.#deps;
    const key = `${asking.activity.conversation.id} ${memberId}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now().getTime()) return known.member;
    const { signal, done } = deadline(LIMIT_MS, asking.signal);
    let member: Member | undefined;
    try {
      member = toMember(await askForMember(asking.activity, memberId, signal));
    } catch (error) {
      asking.signal.throwIfAborted();
      asking.log.info('roster.unavailable', { error: String(error) });
    } finally {
      done();
    }
    const freshMs = member === undefined ? UNKNOWN_MS : FRESH_MS;
    this.#known.set(key, { member, until: now().getTime() + freshMs });
    return member;
  }
}

/** A mention may name the directory's id itself: then it is known who is meant, though not how to write to them. */
function unlisted({ objectId, name }: Mention): Person | undefined {
  return objectId === undefined ? undefined : { id: objectId, name };
}

/** Reads a member as Teams describes people. Source: msteams-docs, get-teams-context.md, "Fetch the roster or user profile". */
function toMember(wire: unknown): Member | undefined {
  const text = textsOf(wire);
  const id = text('aadObjectId') ?? text('objectId');
  if (id === undefined) return undefined;
  const principal = text('userPrincipalName');
  const isGuest = text('userRole')?.toLowerCase() === 'guest' || /#ext#/iu.test(principal ?? '');
  const name = (text('name') ?? principal ?? id).slice(0, 200);
  // What a guest is called here is no address of the Skype for Business server.
  const address = isGuest ? undefined : (toAddress(principal) ?? toAddress(text('email')));
  return { person: { id, name, ...(address === undefined ? {} : { address }) }, isGuest };
}

/** Reads the texts of a record; of anything else there are none. */
function textsOf(wire: unknown): (name: string) => string | undefined {
  if (typeof wire !== 'object' || wire === null) return () => undefined;
  return (name) => {
    const value: unknown = Reflect.get(wire, name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
}

function toAddress(typed: string | undefined): string | undefined {
  try {
    return parseAddresses(typed ?? '')[0];
  } catch {
    return undefined;
  }
}
