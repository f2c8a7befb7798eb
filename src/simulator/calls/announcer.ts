import type { Priority } from '../events/merge';
import type { EventBody, Reason, TargetLink } from '../http/resource';
import { Hrefs } from '../model/hrefs';
import type { Application, Conversation, Invitation, Participant } from '../model/session';
import { conversationResource, invitationResource, participantResource } from '../resources/conversation';
import { onlineMeetingResource, onlineMeetingStub } from '../resources/online-meeting';
import { participantAudioResource } from '../resources/participant-audio';
import type { Switches } from '../switches';

/** Collections that a participant enters and leaves. */
export type Collection = 'leaders' | 'attendees' | 'lobby';

/** What an announcer has to know about the pool. */
export interface AnnouncerSetting {
  readonly switches: Switches;
  readonly meetOrigin: () => string;
}

/** Puts what happens into the event channels of the applications that see it. */
export class Announcer {
  private readonly setting: AnnouncerSetting;

  constructor(setting: AnnouncerSetting) {
    this.setting = setting;
  }

  conversation(conversation: Conversation, type: 'added' | 'updated' | 'deleted', reason?: Reason): void {
    const hrefs = this.hrefs(conversation.application);
    const resource = conversationResource(conversation, hrefs);
    const link = { rel: 'conversation', href: hrefs.conversation(conversation) };
    const embedded = type === 'deleted' ? {} : { embedded: { rel: 'conversation', resource } };
    this.fromCommunication(conversation.application, { type, link, ...embedded, ...(reason && { reason }) });
  }

  /** An operation starts or ends; it always travels with its event. */
  invitation(invitation: Invitation, outcome?: { status: 'Success' | 'Failure'; reason?: Reason }): void {
    const { application } = invitation.conversation;
    const hrefs = this.hrefs(application);
    const resource = invitationResource(invitation, hrefs);
    const rel = invitation.kind === 'meeting' ? 'onlineMeetingInvitation' : 'participantInvitation';
    this.fromCommunication(application, {
      type: outcome === undefined ? 'started' : 'completed',
      link: { rel, href: hrefs.invitation(invitation) },
      embedded: { rel, resource },
      ...outcome,
    });
  }

  localParticipant(conversation: Conversation): void {
    const hrefs = this.hrefs(conversation.application);
    const link = { ...participantLink(conversation, conversation.me, hrefs), rel: 'localParticipant' };
    const resource = participantResource(conversation, conversation.me, hrefs);
    this.fromConversation(conversation, { type: 'added', link, embedded: { rel: 'localParticipant', resource } });
  }

  onlineMeeting(conversation: Conversation): void {
    const hrefs = this.hrefs(conversation.application);
    const href = hrefs.conversation(conversation);
    const resource = this.setting.switches.fullOnlineMeetingInEvent
      ? onlineMeetingResource(conversation, hrefs, this.setting.meetOrigin())
      : onlineMeetingStub(conversation, hrefs);
    this.fromConversation(conversation, {
      type: 'added',
      link: { rel: 'onlineMeeting', href: `${href}/onlineMeeting` },
      in: { rel: 'conversation', href },
      embedded: { rel: 'onlineMeeting', resource },
    });
  }

  /** Somebody comes into, changes in or leaves the roster. */
  roster(conversation: Conversation, participant: Participant, type: 'added' | 'updated' | 'deleted'): void {
    const hrefs = this.hrefs(conversation.application);
    const link = participantLink(conversation, participant, hrefs);
    const resource = participantResource(conversation, participant, hrefs);
    const embedded = type === 'deleted' ? {} : { embedded: { rel: 'participant', resource } };
    this.fromConversation(conversation, { type, link, ...embedded });
  }

  /** Somebody enters or leaves a role, or the lobby. */
  membership(conversation: Conversation, participant: Participant, change: MembershipChange): void {
    const hrefs = this.hrefs(conversation.application);
    const filters = { leaders: 'Leaders', attendees: 'Attendees', lobby: 'Lobby' } as const;
    const resource = participantResource(conversation, participant, hrefs);
    const shown = change.collection === 'lobby' && change.type === 'added';
    this.fromConversation(conversation, {
      type: change.type,
      link: participantLink(conversation, participant, hrefs),
      in: { rel: change.collection, href: hrefs.participants(conversation, filters[change.collection]) },
      ...(shown ? { embedded: { rel: 'participant', resource } } : {}),
    });
  }

  /** Somebody was muted or unmuted. */
  audio(conversation: Conversation, participant: Participant): void {
    const hrefs = this.hrefs(conversation.application);
    const resource = participantAudioResource(conversation, participant, hrefs);
    const link = { rel: 'participantAudio', href: hrefs.participantAudio(conversation, participant) };
    this.fromConversation(conversation, { type: 'updated', link, embedded: { rel: 'participantAudio', resource } });
  }

  /** `me` changed: makeMeAvailable was called. */
  me(application: Application): void {
    const hrefs = this.hrefs(application);
    const link = { rel: 'me', href: hrefs.at('me') };
    this.emit(application, { sender: link, body: { type: 'updated', link }, priority: 'medium' });
  }

  private fromCommunication(application: Application, body: EventBody): void {
    const href = this.hrefs(application).communication;
    this.emit(application, { sender: { rel: 'communication', href }, body, priority: 'high' });
  }

  private fromConversation(conversation: Conversation, body: EventBody): void {
    const { application } = conversation;
    const href = this.hrefs(application).conversation(conversation);
    this.emit(application, { sender: { rel: 'conversation', href }, body, priority: 'high' });
  }

  private emit(application: Application, event: Announcement): void {
    for (const channel of application.channels.values()) channel.emit(event.sender, event.body, event.priority);
  }

  private hrefs({ id }: Application): Hrefs {
    return new Hrefs(this.setting.switches.pathStyle, { id, instanceId: '' });
  }
}

interface Announcement {
  readonly sender: { readonly rel: string; readonly href: string };
  readonly body: EventBody;
  readonly priority: Priority;
}

interface MembershipChange {
  readonly collection: Collection;
  readonly type: 'added' | 'deleted';
}

function participantLink(conversation: Conversation, participant: Participant, hrefs: Hrefs): TargetLink {
  return { rel: 'participant', href: hrefs.participant(conversation, participant), title: participant.name };
}
