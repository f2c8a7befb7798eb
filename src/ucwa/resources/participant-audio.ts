import { hrefKey } from '../href';
import { compact, type JsonObject, readBoolean } from '../json';

import { keysOf, linkOf } from './resource';

/** What may be done about somebody's audio; only the link that would change something is there. */
export const audioLinks = ['muteAudio', 'unmuteAudio'] as const;

/** One of `audioLinks`. */
export type AudioLink = (typeof audioLinks)[number];

/** How somebody is heard. Source: Skype/UCWA/participantAudio_ref.md. */
export interface ParticipantAudio {
  readonly audioMuted?: boolean;
  readonly participantKey?: string;
  /** Absolute URLs by relation. */
  readonly links: Readonly<Partial<Record<AudioLink, string>>>;
}

/** Reads a participant's audio; all of it is optional. */
export function decodeParticipantAudio(raw: JsonObject, base: URL): ParticipantAudio {
  const participant = linkOf(raw, 'participant');
  return compact({
    audioMuted: readBoolean(raw, 'audioMuted'),
    participantKey: participant === undefined ? undefined : hrefKey(participant.href, base),
    links: keysOf(raw, audioLinks, base),
  });
}
