import type { Reason } from '../http/resource';
import { admits, leads, type Meeting } from '../model/meeting';
import type { Conference, Conversation, Participant } from '../model/session';
import type { Clock } from '../timers';

import type { Announcer } from './announcer';

/** Somebody at the door. */
export interface Visitor {
  readonly uri: string;
  readonly name: string;
  readonly ofCompany: boolean;
}

/** Told about everybody who gets in or out, so that pending operations can end. */
export interface HallListener {
  /** Came in, straight or out of the lobby. */
  entered(conference: Conference, participant: Participant): void;
  /** Was put out by somebody else. */
  removed(conference: Conference, participant: Participant, reason: Reason): void;
}

/** The meetings that run: who is in, who waits, who leads. Announces each change to every application that sees it. */
export class ConferenceHall {
  private readonly conferences = new Map<string, Conference>();
  private readonly listeners: HallListener[] = [];
  private readonly clock: Clock;
  private readonly announcer: Announcer;

  constructor(clock: Clock, announcer: Announcer) {
    this.clock = clock;
    this.announcer = announcer;
  }

  listen(listener: HallListener): void {
    this.listeners.push(listener);
  }

  /** The meeting's conference, if somebody is in it. */
  of(meeting: Meeting): Conference | undefined {
    return this.conferences.get(meeting.id);
  }

  all(): readonly Conference[] {
    return [...this.conferences.values()];
  }

  /** The meeting's conference, started if need be. */
  open(meeting: Meeting): Conference {
    const running = this.conferences.get(meeting.id);
    if (running !== undefined) return running;
    const conference: Conference = {
      meeting,
      createdAt: this.clock.now(),
      participants: new Map(),
      conversations: new Set(),
      audienceMute: 'Disabled',
      audienceMessaging: 'Enabled',
    };
    this.conferences.set(meeting.id, conference);
    return conference;
  }

  /** A participant for a visitor: the one already there, or a new one who is not in yet. */
  participantFor(conference: Conference, visitor: Visitor): Participant {
    const role = leads(conference.meeting, visitor) ? 'Leader' : 'Attendee';
    return conference.participants.get(visitor.uri) ?? { ...visitor, role, inLobby: false, audioMuted: false };
  }

  /** Lets somebody in, or into the lobby; whoever is in already stays as is. */
  enter(conference: Conference, participant: Participant): void {
    if (conference.participants.has(participant.uri)) return;
    participant.inLobby = !admits(conference.meeting, participant);
    conference.participants.set(participant.uri, participant);
    if (participant.inLobby) {
      for (const leader of this.leadersOf(conference)) {
        this.announcer.membership(leader, participant, { collection: 'lobby', type: 'added' });
      }
      return;
    }
    this.announceEntry(conference, participant);
  }

  /** Out of the roster or the lobby; the meeting ends with its last participant. */
  leave(conference: Conference, participant: Participant): void {
    if (!conference.participants.delete(participant.uri)) return;
    if (participant.inLobby) this.announceLobbyExit(conference, participant);
    else for (const viewer of viewersOf(conference)) this.announcer.roster(viewer, participant, 'deleted');
    this.closeWhenEmpty(conference);
  }

  /** Ends a conference that nobody is in or on the way to. */
  closeWhenEmpty(conference: Conference): void {
    if (conference.participants.size > 0 || conference.conversations.size > 0) return;
    this.conferences.delete(conference.meeting.id);
  }

  admit(conference: Conference, participant: Participant): void {
    participant.inLobby = false;
    this.announceLobbyExit(conference, participant);
    this.announceEntry(conference, participant);
  }

  reject(conference: Conference, participant: Participant): void {
    this.leave(conference, participant);
    this.tellRemoved(conference, participant, { subcode: 'Denied', message: 'You were not admitted to the meeting.' });
  }

  eject(conference: Conference, participant: Participant): void {
    this.leave(conference, participant);
    this.tellRemoved(conference, participant, { subcode: 'Ejected', message: 'You were removed from the meeting.' });
  }

  /** Promotes or demotes; the person's own rights over the others change with it. */
  setRole(conference: Conference, participant: Participant, role: Participant['role']): void {
    const [before, after] =
      role === 'Leader' ? (['attendees', 'leaders'] as const) : (['leaders', 'attendees'] as const);
    participant.role = role;
    for (const viewer of viewersOf(conference)) {
      this.announcer.membership(viewer, participant, { collection: before, type: 'deleted' });
      this.announcer.membership(viewer, participant, { collection: after, type: 'added' });
      if (viewer.me === participant) this.announceNewRights(viewer);
      else this.announcer.roster(viewer, participant, 'updated');
    }
  }

  /** Mutes or unmutes one participant. */
  setMuted(conference: Conference, participant: Participant, muted: boolean): void {
    participant.audioMuted = muted;
    for (const viewer of viewersOf(conference)) this.announcer.audio(viewer, participant);
  }

  /** Sets one of the locks that leaders have. */
  setLock(conference: Conference, lock: 'audienceMute' | 'audienceMessaging', value: 'Enabled' | 'Disabled'): void {
    conference[lock] = value;
    for (const viewer of viewersOf(conference)) this.announcer.conversation(viewer, 'updated');
  }

  private announceEntry(conference: Conference, participant: Participant): void {
    const collection = participant.role === 'Leader' ? 'leaders' : 'attendees';
    for (const viewer of viewersOf(conference)) {
      this.announcer.roster(viewer, participant, 'added');
      this.announcer.membership(viewer, participant, { collection, type: 'added' });
    }
    for (const listener of this.listeners) listener.entered(conference, participant);
  }

  private announceLobbyExit(conference: Conference, participant: Participant): void {
    for (const leader of this.leadersOf(conference)) {
      this.announcer.membership(leader, participant, { collection: 'lobby', type: 'deleted' });
    }
  }

  private announceNewRights(viewer: Conversation): void {
    this.announcer.conversation(viewer, 'updated');
    for (const other of viewer.conference.participants.values()) {
      if (other === viewer.me) continue;
      if (!other.inLobby) this.announcer.roster(viewer, other, 'updated');
      else if (viewer.me.role === 'Leader') {
        this.announcer.membership(viewer, other, { collection: 'lobby', type: 'added' });
      }
    }
  }

  private tellRemoved(conference: Conference, participant: Participant, reason: Omit<Reason, 'code'>): void {
    for (const listener of this.listeners)
      listener.removed(conference, participant, { code: 'RemoteFailure', ...reason });
  }

  private leadersOf(conference: Conference): readonly Conversation[] {
    return viewersOf(conference).filter(({ me }) => me.role === 'Leader');
  }
}

/** The conversations that are in the meeting and see its roster. */
export function viewersOf(conference: Conference): readonly Conversation[] {
  return [...conference.conversations].filter(({ state }) => state === 'Conferenced');
}
