import { hrefKey } from '../href';
import { compact, type JsonObject, readBoolean, readInteger, readText } from '../json';

import { linkOf } from './resource';

/** What we need of a conversation. Source: Skype/UCWA/conversation_ref.md. */
export interface ConversationContent {
  /** `Connecting`, `Conferencing`, `InLobby`, `Conferenced`, `Disconnected`, … */
  readonly state?: string;
  readonly participantCount?: number;
  readonly localParticipantKey?: string;
  readonly onlineMeetingKey?: string;
  readonly participantsKey?: string;
}

/** Reads a conversation; all of it is optional. */
export function decodeConversation(raw: JsonObject, base: URL): ConversationContent {
  const keyOf = (rel: string): string | undefined => {
    const link = linkOf(raw, rel);
    return link === undefined ? undefined : hrefKey(link.href, base);
  };
  return compact({
    state: readText(raw, 'state'),
    participantCount: readInteger(raw, 'participantCount'),
    localParticipantKey: keyOf('localParticipant'),
    onlineMeetingKey: keyOf('onlineMeeting'),
    participantsKey: keyOf('participants'),
  });
}

/** What we need of a participant. Source: Skype/UCWA/participant_ref.md. */
export interface ParticipantContent {
  readonly uri?: string;
  /** Whether it is ourselves. */
  readonly local?: boolean;
  readonly inLobby?: boolean;
}

/** Reads a participant; all of it is optional. */
export function decodeParticipant(raw: JsonObject): ParticipantContent {
  return compact({
    uri: readText(raw, 'uri'),
    local: readBoolean(raw, 'local'),
    inLobby: readBoolean(raw, 'inLobby'),
  });
}
