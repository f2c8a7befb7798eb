import type { PathStyle } from '../switches';

import type { Meeting } from './meeting';
import type { Conversation, Invitation, Participant } from './session';

/** Where applications live in each style. Source: Skype/UCWA/CreateAnApplication.md and the reference pages. */
export const applicationRoots: Readonly<Record<PathStyle, string>> = {
  real: '/ucwa/oauth/v1/applications',
  reference: '/ucwa/v1/applications',
};

/** Where guests make applications on pools that keep them apart. Source: Skype/UCWA/anonApplications_ref.md. */
export const ANONYMOUS_ROOT = '/ucwa/psanon/v1/applications';

/** Spells every href below one application; the style changes how they look, never what answers. */
export class Hrefs {
  /** The application itself, without query. */
  readonly application: string;
  /** Instance that the application's own links name; empty: none. */
  readonly instanceId: string;
  private readonly real: boolean;
  private readonly instance: string;

  constructor(style: PathStyle, application: { id: string; instanceId: string }) {
    this.real = style === 'real';
    this.instanceId = application.instanceId;
    this.application = `${applicationRoots[style]}/${application.id}`;
    this.instance = application.instanceId === '' ? '' : `instanceId=${encodeURIComponent(application.instanceId)}`;
  }

  get self(): string {
    return this.instance === '' ? this.application : `${this.application}?${this.instance}`;
  }

  events(ack: number, key?: string): string {
    const more = [key === undefined ? '' : `key=${encodeURIComponent(key)}`, this.instance].filter(
      (part) => part !== '',
    );
    return `${this.application}/events?${[`ack=${String(ack)}`, ...more].join('&')}`;
  }

  /** A fixed place below the application: `me`, `onlineMeetings/policies` … */
  at(path: string): string {
    return `${this.application}/${path}`;
  }

  get communication(): string {
    return this.at('communication');
  }

  get startOnlineMeeting(): string {
    return this.real
      ? this.at('communication/onlineMeetingInvitations?onlineMeetingUri=adhoc')
      : this.at('communication/startOnlineMeeting?onlineMeetingUri=adhoc');
  }

  get joinOnlineMeeting(): string {
    return this.real ? this.at('communication/onlineMeetingInvitations') : this.at('communication/joinOnlineMeeting');
  }

  get myOnlineMeetings(): string {
    return this.at('onlineMeetings/myOnlineMeetings');
  }

  myOnlineMeeting(meeting: Meeting): string {
    return `${this.myOnlineMeetings}/${this.real ? meeting.id : String(meeting.number)}`;
  }

  /** Extensions of a meeting, wherever it is seen, or one of them. */
  extensions(meeting: string, id?: string): string {
    return `${meeting}/extensions${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
  }

  conversation(conversation: Conversation): string {
    return this.at(`communication/conversations/${this.real ? conversation.id : String(conversation.number)}`);
  }

  participant(conversation: Conversation, participant: Participant): string {
    // The address is a path segment as it is: `@` needs no escape there, the rest does.
    const address = encodeURIComponent(participant.uri.replace(/^sip:/, '')).replace(/%40/g, '@');
    return `${this.conversation(conversation)}/participants/${address}`;
  }

  participantAudio(conversation: Conversation, participant: Participant): string {
    return `${this.participant(conversation, participant)}/participantAudio`;
  }

  participants(conversation: Conversation, filter?: 'Leaders' | 'Attendees' | 'Lobby'): string {
    const base = `${this.conversation(conversation)}/participants`;
    return filter === undefined ? base : `${base}?filter=${filter}`;
  }

  addParticipant(conversation: Conversation): string {
    const id = this.real ? conversation.id : String(conversation.number);
    return this.at(`communication/participantInvitations?conversation=${id}`);
  }

  invitation(invitation: Invitation): string {
    if (!this.real) return this.at(`communication/invitations/${String(invitation.number)}`);
    const collection = invitation.kind === 'meeting' ? 'onlineMeetingInvitations' : 'participantInvitations';
    return this.at(`communication/${collection}/${invitation.id}`);
  }
}
