import { randomUUID } from 'node:crypto';

import { conflict } from '../http/problem';
import type { Reason } from '../http/resource';
import type { Meeting } from '../model/meeting';
import type { Application, Conference, Conversation, Invitation, InvitationInput, Participant } from '../model/session';
import type { Switches } from '../switches';
import type { Timers } from '../timers';

import type { Announcer } from './announcer';
import { type ConferenceHall, type HallListener, type Visitor } from './conference-hall';

const LOBBY_LIMIT_MS = 15 * 60_000;
const UNANSWERED_MS = 30_000;
const COMPLETED_LIFE_MS = 60_000;

/** What an invitation desk works with. */
export interface InvitationDeskSetting {
  readonly switches: Switches;
  readonly timers: Timers;
  readonly announcer: Announcer;
  readonly hall: ConferenceHall;
}

/**
 * Carries operations from their start to their end: joining a meeting (through the lobby if need be) and asking somebody
 * else in. Also ends conversations. Source: Skype/UCWA/OperationResource.md.
 */
export class InvitationDesk implements HallListener {
  private readonly switches: Switches;
  private readonly timers: Timers;
  private readonly announcer: Announcer;
  private readonly hall: ConferenceHall;
  private nextNumber = 137;

  constructor(setting: InvitationDeskSetting) {
    this.switches = setting.switches;
    this.timers = setting.timers;
    this.announcer = setting.announcer;
    this.hall = setting.hall;
    this.hall.listen(this);
  }

  /**
   * Registers a join; nothing is announced yet. A meeting that the application is in already is joined into the same
   * conversation.
   *
   * @throws UcwaProblem 409 for an operationId used before.
   */
  open(application: Application, meeting: Meeting, joining: { visitor: Visitor; input: InvitationInput }): Invitation {
    const { input } = joining;
    this.claimOperationId(application, input);
    const existing = [...application.conversations.values()].find(({ conference }) => conference.meeting === meeting);
    const conversation = existing ?? this.openConversation(application, meeting, joining);
    conversation.conference.conversations.add(conversation);
    return this.register({ kind: 'meeting', conversation, input });
  }

  /** The first events of an operation. */
  announce(invitation: Invitation): void {
    this.announcer.invitation(invitation);
    if (invitation.kind === 'participant' || invitation.conversation.state !== 'Connecting') return;
    this.announcer.conversation(invitation.conversation, 'added');
    this.announcer.localParticipant(invitation.conversation);
  }

  /** Everything after the first events, step by step. */
  proceed(invitation: Invitation): void {
    if (invitation.state !== 'Connecting') return;
    const { conversation } = invitation;
    if (conversation.state === 'Conferenced') {
      this.complete(invitation, 'Connected', { status: 'Success' });
      return;
    }
    this.step(invitation, () => {
      conversation.state = 'Conferencing';
      this.announcer.conversation(conversation, 'updated');
      this.step(invitation, () => {
        this.knock(invitation);
      });
    });
  }

  /** Asks somebody into a running meeting; whoever comes in by any way within 30 s has accepted. */
  ask(conversation: Conversation, to: string, input: InvitationInput): Invitation {
    const { application } = conversation;
    this.claimOperationId(application, input);
    const invitation = this.register({ kind: 'participant', conversation, input, to });
    // Nobody here may dial out.
    const isPhone = to.startsWith('tel:');
    const reason = isPhone
      ? { code: 'Forbidden', subcode: 'DialoutNotAllowed', message: 'Dialing out is not allowed.' }
      : { code: 'RemoteFailure', subcode: 'Timeout', message: 'The person did not answer.' };
    invitation.cancelNext = this.timers.after(isPhone ? this.switches.stepMs : UNANSWERED_MS, () => {
      this.complete(invitation, 'Failed', { status: 'Failure', reason });
    });
    return invitation;
  }

  /** Somebody who was asked in says no; false when nobody has asked. */
  decline(conference: Conference, uri: string): boolean {
    const asked = [...conference.conversations].flatMap(pendingOf).filter(({ to }) => to === uri);
    const reason = { code: 'RemoteFailure', subcode: 'Declined', message: 'The person declined.' };
    for (const invitation of asked) this.complete(invitation, 'Failed', { status: 'Failure', reason });
    return asked.length > 0;
  }

  /** The caller takes an operation back. */
  cancel(invitation: Invitation): void {
    const reason = { code: 'LocalFailure', subcode: 'Canceled', message: 'The operation was canceled.' };
    this.complete(invitation, 'Cancelled', { status: 'Failure', reason });
    // A conversation that was there before the operation outlives it.
    const joining = invitation.kind === 'meeting' && invitation.conversation.state !== 'Conferenced';
    if (joining) this.leave(invitation.conversation, reason);
  }

  /** Leaves a conversation, or is put out of it for a reason; what was still going on in it fails. */
  leave(conversation: Conversation, reason?: Reason): void {
    const { application, conference, me } = conversation;
    if (!application.conversations.delete(conversation.id)) return;
    for (const invitation of pendingOf(conversation)) {
      const failure = reason ?? { code: 'LocalFailure', subcode: 'Canceled', message: 'The conversation has ended.' };
      this.complete(invitation, 'Failed', { status: 'Failure', reason: failure });
    }
    conversation.state = 'Disconnected';
    conference.conversations.delete(conversation);
    this.announcer.conversation(conversation, 'deleted', reason);
    // The same person may be in with another application.
    const elsewhere = [...conference.conversations].some((other) => other.me === me);
    if (!elsewhere) this.hall.leave(conference, me);
    this.hall.closeWhenEmpty(conference);
  }

  leaveAll(application: Application): void {
    for (const conversation of [...application.conversations.values()]) this.leave(conversation);
    for (const invitation of application.invitations.values()) invitation.cancelNext();
  }

  entered(conference: Conference, participant: Participant): void {
    for (const conversation of conference.conversations) {
      if (conversation.me === participant && conversation.state === 'InLobby') this.connect(conversation);
      for (const invitation of pendingOf(conversation)) {
        if (invitation.to === participant.uri) this.complete(invitation, 'Connected', { status: 'Success' });
      }
    }
  }

  removed(conference: Conference, participant: Participant, reason: Reason): void {
    for (const conversation of [...conference.conversations]) {
      if (conversation.me === participant) this.leave(conversation, reason);
    }
  }

  private step(invitation: Invitation, run: () => void): void {
    // So fast that nobody sees the steps: they all happen in one turn and merge in the queue.
    if (this.switches.onlyCompleted) run();
    else invitation.cancelNext = this.timers.after(this.switches.stepMs, run);
  }

  private knock(invitation: Invitation): void {
    const { conversation } = invitation;
    this.hall.enter(conversation.conference, conversation.me);
    if (!conversation.me.inLobby) {
      this.connect(conversation);
      return;
    }
    conversation.state = 'InLobby';
    this.announcer.conversation(conversation, 'updated');
    invitation.cancelNext = this.timers.after(LOBBY_LIMIT_MS, () => {
      const reason = { code: 'RemoteFailure', subcode: 'Timeout', message: 'Nobody admitted you to the meeting.' };
      this.leave(conversation, reason);
    });
  }

  /** In: shows the meeting and everybody in it, then ends the operation. */
  private connect(conversation: Conversation): void {
    conversation.state = 'Conferenced';
    this.announcer.onlineMeeting(conversation);
    for (const participant of conversation.conference.participants.values()) this.introduce(conversation, participant);
    this.announcer.conversation(conversation, 'updated');
    for (const invitation of pendingOf(conversation)) {
      if (invitation.kind === 'meeting') this.complete(invitation, 'Connected', { status: 'Success' });
    }
  }

  private introduce(conversation: Conversation, participant: Participant): void {
    if (participant.inLobby) {
      if (conversation.me.role !== 'Leader') return;
      this.announcer.membership(conversation, participant, { collection: 'lobby', type: 'added' });
      return;
    }
    if (participant !== conversation.me) this.announcer.roster(conversation, participant, 'added');
    const collection = participant.role === 'Leader' ? 'leaders' : 'attendees';
    this.announcer.membership(conversation, participant, { collection, type: 'added' });
  }

  private complete(invitation: Invitation, state: Invitation['state'], outcome: Outcome): void {
    if (invitation.state !== 'Connecting') return;
    invitation.cancelNext();
    invitation.state = state;
    this.announcer.invitation(invitation, outcome);
    const { application } = invitation.conversation;
    invitation.cancelNext = this.timers.after(COMPLETED_LIFE_MS, () => application.invitations.delete(invitation.id));
  }

  private claimOperationId(application: Application, { operationId }: InvitationInput): void {
    if (operationId === undefined) return;
    if (application.operationIds.has(operationId)) {
      throw conflict('AlreadyExists', 'An operation with this operationId exists already.');
    }
    application.operationIds.add(operationId);
  }

  private openConversation(
    application: Application,
    meeting: Meeting,
    { visitor, input }: { visitor: Visitor; input: InvitationInput },
  ): Conversation {
    const conference = this.hall.open(meeting);
    const conversation: Conversation = {
      id: randomUUID(),
      number: this.nextNumber++,
      application,
      conference,
      me: this.hall.participantFor(conference, visitor),
      subject: input.subject ?? meeting.settings.subject,
      importance: input.importance ?? 'Normal',
      threadId: input.threadId ?? randomUUID().replace(/-/g, ''),
      state: 'Connecting',
    };
    application.conversations.set(conversation.id, conversation);
    return conversation;
  }

  private register(parts: Pick<Invitation, 'kind' | 'conversation' | 'input' | 'to'>): Invitation {
    const invitation: Invitation = {
      ...parts,
      id: randomUUID().replace(/-/g, ''),
      number: this.nextNumber++,
      state: 'Connecting',
      cancelNext: () => undefined,
    };
    parts.conversation.application.invitations.set(invitation.id, invitation);
    return invitation;
  }
}

interface Outcome {
  readonly status: 'Success' | 'Failure';
  readonly reason?: Reason;
}

function pendingOf(conversation: Conversation): readonly Invitation[] {
  return [...conversation.application.invitations.values()].filter(
    (invitation) => invitation.conversation === conversation && invitation.state === 'Connecting',
  );
}
