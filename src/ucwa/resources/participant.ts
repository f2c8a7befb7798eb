import { hrefKey } from '../href';
import { compact, type JsonObject, readBoolean, readText } from '../json';

import { hasLinks, keysOf, linkOf } from './resource';

/** What may be done about a participant by a link of its own. */
export const participantLinks = ['admit', 'reject', 'promote', 'demote', 'eject'] as const;

/** One of `participantLinks`. */
export type ParticipantLink = (typeof participantLinks)[number];

/** Somebody in a meeting or in its lobby; all of it is optional. Source: Skype/UCWA/participant_ref.md. */
export interface Participant {
  readonly uri?: string;
  readonly name?: string;
  readonly anonymous?: boolean;
  /** Whether it is ourselves. */
  readonly local?: boolean;
  readonly organizer?: boolean;
  readonly inLobby?: boolean;
  /** Only `Leader` and `Attendee`: of anything else nothing is known. */
  readonly role?: ParticipantRole;
  readonly sourceNetwork?: string;
  readonly workPhoneNumber?: string;
  readonly otherPhoneNumber?: string;
  /** Absolute URLs by relation; absent when the resource came without any. */
  readonly links?: Readonly<Partial<Record<ParticipantLink, string>>>;
  readonly audioKey?: string;
}

/** What somebody is in a meeting. Source: Skype/UCWA/Role_ref.md. */
export type ParticipantRole = 'Leader' | 'Attendee';

/** Reads a participant. */
export function decodeParticipant(raw: JsonObject, base: URL): Participant {
  const audio = linkOf(raw, 'participantAudio');
  return compact({
    uri: readText(raw, 'uri'),
    name: readText(raw, 'name'),
    anonymous: readBoolean(raw, 'anonymous'),
    local: readBoolean(raw, 'local'),
    organizer: readBoolean(raw, 'organizer'),
    inLobby: readBoolean(raw, 'inLobby'),
    role: roleOf(readText(raw, 'role')),
    sourceNetwork: readText(raw, 'sourceNetwork'),
    workPhoneNumber: readText(raw, 'workPhoneNumber'),
    otherPhoneNumber: readText(raw, 'otherPhoneNumber'),
    links: hasLinks(raw) ? keysOf(raw, participantLinks, base) : undefined,
    audioKey: audio === undefined ? undefined : hrefKey(audio.href, base),
  });
}

function roleOf(text: string | undefined): ParticipantRole | undefined {
  const role = text?.toLowerCase();
  return role === 'leader' ? 'Leader' : role === 'attendee' ? 'Attendee' : undefined;
}
