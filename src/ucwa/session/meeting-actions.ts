import { randomUUID } from 'node:crypto';

import { UcwaActionUnavailableError, UcwaConversationEndedError, UcwaNotFoundError } from '../errors';
import type { MeetingControl, MeetingParticipant, ParticipantInvitation } from '../meeting-control';
import type { ConversationContent, ConversationLink, PeopleLink } from '../resources/conversation';
import { toSipUri, withoutBlanks } from '../resources/my-online-meeting';
import type { ParticipantLink } from '../resources/participant';
import type { AudioLink } from '../resources/participant-audio';

import { type Look, perform } from './action';
import type { Application } from './application';
import { describe } from './conversation-snapshot';
import { type Conversation, isSelf, type Person } from './conversation-view';
import { inviteParticipant } from './participant-invitation';

/** Which value of which property shows that a lock is set as wanted. */
const lockEffects: Readonly<
  Record<Exclude<ConversationLink, 'addParticipant'>, readonly [keyof ConversationContent, string]>
> = {
  enableAudienceMuteLock: ['audienceMute', 'Enabled'],
  disableAudienceMuteLock: ['audienceMute', 'Disabled'],
  enableAudienceMessaging: ['audienceMessaging', 'Enabled'],
  disableAudienceMessaging: ['audienceMessaging', 'Disabled'],
};

/** See `MeetingControl`. */
export class MeetingActions implements MeetingControl {
  readonly #application: Application;
  readonly #conversation: Conversation;
  readonly #lookMs: number;

  /** @param lookMs - how long events are waited for after a POST of an invitation with an open outcome, in milliseconds. */
  constructor(application: Application, conversation: Conversation, lookMs: number) {
    this.#application = application;
    this.#conversation = conversation;
    this.#lookMs = lookMs;
  }

  async roster(signal: AbortSignal): Promise<readonly MeetingParticipant[]> {
    return this.#list('participants', signal);
  }

  async leaders(signal: AbortSignal): Promise<readonly MeetingParticipant[]> {
    return this.#list('leaders', signal);
  }

  async attendees(signal: AbortSignal): Promise<readonly MeetingParticipant[]> {
    return this.#list('attendees', signal);
  }

  async lobby(signal: AbortSignal): Promise<readonly MeetingParticipant[]> {
    return this.#list('lobby', signal);
  }

  async admit(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#actOn(participantId, 'admit', signal);
  }

  async reject(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#actOn(participantId, 'reject', signal);
  }

  async promote(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#actOn(participantId, 'promote', signal);
  }

  async demote(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#actOn(participantId, 'demote', signal);
  }

  async eject(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#actOn(participantId, 'eject', signal);
  }

  async mute(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#setMuted(participantId, 'muteAudio', signal);
  }

  async unmute(participantId: string, signal: AbortSignal): Promise<void> {
    await this.#setMuted(participantId, 'unmuteAudio', signal);
  }

  async muteAudience(signal: AbortSignal): Promise<void> {
    await this.#lock('enableAudienceMuteLock', signal);
  }

  async unmuteAudience(signal: AbortSignal): Promise<void> {
    await this.#lock('disableAudienceMuteLock', signal);
  }

  async silenceAudience(signal: AbortSignal): Promise<void> {
    await this.#lock('disableAudienceMessaging', signal);
  }

  async unsilenceAudience(signal: AbortSignal): Promise<void> {
    await this.#lock('enableAudienceMessaging', signal);
  }

  async addParticipant(
    input: { readonly to: string; readonly operationId?: string },
    signal: AbortSignal,
  ): Promise<ParticipantInvitation> {
    this.#assertOpen();
    const to = /^\s*tel:/i.test(input.to) ? input.to.trim() : toSipUri(withoutBlanks(input.to));
    const operationId = input.operationId ?? randomUUID().replaceAll('-', '');
    const request = { to, operationId, lookMs: this.#lookMs };
    return inviteParticipant(this.#application, { conversation: this.#conversation, request }, signal);
  }

  async #list(rel: PeopleLink, signal: AbortSignal): Promise<readonly MeetingParticipant[]> {
    this.#assertOpen();
    const keys = await this.#application.reader.readList(this.#conversation, rel, signal);
    if (keys === undefined) throw new UcwaActionUnavailableError(rel);
    const people = keys.flatMap((key) => this.#person(key) ?? []);
    return people.map((person) => describe(person, isSelf(this.#conversation, person)));
  }

  async #actOn(id: string, rel: ParticipantLink, signal: AbortSignal): Promise<void> {
    const look = async (): Promise<Look> => {
      const isThere = await this.#lookAt(id, signal);
      const person = isThere ? this.#person(id) : undefined;
      return { isDone: isDone(rel, person), href: person?.links?.[rel] };
    };
    await perform(this.#application, { rel, href: this.#trusted(this.#known(id, rel).links?.[rel]), look }, signal);
  }

  async #setMuted(id: string, rel: AudioLink, signal: AbortSignal): Promise<void> {
    const look = async (): Promise<Look> => {
      const isThere = this.#person(id)?.audioKey !== undefined || (await this.#lookAt(id, signal));
      const audioKey = isThere ? this.#person(id)?.audioKey : undefined;
      if (audioKey === undefined) return { isDone: false };
      await this.#application.reader.readAudio(this.#conversation, audioKey, signal);
      const audio = this.#person(id)?.audio;
      return { isDone: audio?.audioMuted === (rel === 'muteAudio'), href: audio?.links[rel] };
    };
    const href = this.#trusted(this.#known(id, rel).audio?.links[rel]);
    await perform(this.#application, { rel, href, look }, signal);
  }

  async #lock(rel: keyof typeof lockEffects, signal: AbortSignal): Promise<void> {
    this.#assertOpen();
    const [property, value] = lockEffects[rel];
    const look = async (): Promise<Look> => {
      await this.#application.reader.readItself(this.#conversation, signal);
      const { content } = this.#conversation;
      return { isDone: content[property] === value, href: content.links?.[rel] };
    };
    const href = this.#trusted(this.#conversation.content.links?.[rel]);
    await perform(this.#application, { rel, href, look }, signal);
  }

  /** What was known before events were lost is looked at again. */
  #trusted(href: string | undefined): string | undefined {
    return this.#conversation.isStale ? undefined : href;
  }

  /** @throws UcwaActionUnavailableError for somebody who is neither in the meeting nor in its lobby. */
  #known(id: string, rel: string): Person {
    this.#assertOpen();
    const person = this.#person(id);
    if (person === undefined) throw new UcwaActionUnavailableError(rel);
    return person;
  }

  #person(id: string): Person | undefined {
    return this.#conversation.roster.get(id) ?? this.#conversation.lobby.get(id);
  }

  /** Reads a participant. @returns false when the server does not know them. */
  async #lookAt(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#application.reader.readPerson(this.#conversation, id, signal);
      return true;
    } catch (error) {
      if (error instanceof UcwaNotFoundError) return false;
      throw error;
    }
  }

  #assertOpen(): void {
    const { ended } = this.#conversation;
    if (ended !== undefined) throw new UcwaConversationEndedError(ended);
  }
}

/** Whether the effect is there. Of somebody who has gone nobody can tell whether they were let in or promoted before. */
function isDone(rel: ParticipantLink, person: Person | undefined): boolean {
  switch (rel) {
    case 'reject':
    case 'eject':
      return person === undefined;
    case 'admit':
      return person?.inLobby === false;
    case 'promote':
      return person?.role === 'Leader';
    case 'demote':
      return person?.role === 'Attendee';
  }
}
