import type { ConversationLink } from './resources/conversation';
import type { Reason } from './resources/event-package';
import type { OnlineMeeting } from './resources/online-meeting';
import type { ParticipantRole } from './resources/participant';
import type { ParticipantLink } from './resources/participant';
import type { AudioLink } from './resources/participant-audio';

/** What may be done in a conversation, if its resource shows the link. */
export type ConversationAction = ConversationLink;

/** What may be done about a participant, if their resource shows the link. */
export type ParticipantAction = ParticipantLink | AudioLink;

/** Somebody in a meeting or in its lobby. Source: Skype/UCWA/participant_ref.md. */
export interface MeetingParticipant {
  /** Names the participant in the calls of `MeetingControl`; good in this conversation only. */
  readonly id: string;
  /** For people; empty when the server has not told it. */
  readonly name: string;
  /** SIP URI; absent as long as the server has shown the participant by link only. */
  readonly uri?: string;
  readonly isSelf: boolean;
  /** Absent when it is not known. */
  readonly role?: ParticipantRole;
  readonly isOrganizer: boolean;
  readonly isAnonymous: boolean;
  /** `SameEnterprise`, `Federated`, `PublicCloud`, `Everyone`, or what a newer server says. */
  readonly sourceNetwork?: string;
  readonly workPhoneNumber?: string;
  readonly otherPhoneNumber?: string;
  /** Absent when nothing was heard of their audio. */
  readonly isMuted?: boolean;
  /** What is certainly possible now. Muting is known only of those whose audio was seen; others may be tried. */
  readonly actions: readonly ParticipantAction[];
}

/**
 * A conversation at one moment: what events and reads have told, made consistent. Nothing in it changes later.
 * Source: Skype/UCWA/conversation_ref.md, participant_ref.md, lobby_ref.md, EventsInUCWA.md.
 */
export interface ConversationSnapshot {
  /** `Connecting`, `Conferencing`, `InLobby`, `Conferenced`, …; absent when the server has not told it. */
  readonly state?: string;
  readonly subject?: string;
  /** Whether we wait for admission. */
  readonly inLobby: boolean;
  readonly me?: MeetingParticipant;
  /** Who is in, ourselves included; at most 25,000 people. */
  readonly participants: readonly MeetingParticipant[];
  /** Who waits for admission; only leaders see them. */
  readonly lobby: readonly MeetingParticipant[];
  /** How many are in by the server's count, which may be ahead of the events or behind them. */
  readonly participantCount?: number;
  /** Whether all attendees are muted; absent when the server has not told it. */
  readonly isAudienceMuted?: boolean;
  /** Whether attendees are kept from writing; absent when the server has not told it. */
  readonly isAudienceSilenced?: boolean;
  /** As much as is known of the meeting. */
  readonly onlineMeeting: OnlineMeeting;
  readonly actions: readonly ConversationAction[];
  /** Only in the last snapshot. Everybody who was there has been dropped. */
  readonly ended?: ConversationEnd;
}

/** Why a conversation is over. */
export interface ConversationEnd {
  /** The server's subcode (`Ejected`, `Ended`, …), or `Left` (by us) or `SessionReset` (we were away too long). */
  readonly reason: string;
  /** The server's own sentence. */
  readonly message?: string;
}

/** How asking somebody in ended. A failure is no error: `Declined`, `Timeout`, … are in `reason.subcode`. */
export type ParticipantInvitationOutcome =
  { readonly kind: 'success' } | { readonly kind: 'failure'; readonly reason: Reason };

/** Somebody is being asked into the meeting. Source: Skype/UCWA/participantInvitation_ref.md. */
export interface ParticipantInvitation {
  readonly operationId: string;
  /** The SIP or `tel:` URI that was asked. */
  readonly to: string;
  /**
   * Resolves when it is over; after a success the person is in the roster.
   *
   * @throws UcwaConversationEndedError when the conversation ends first; UcwaUnknownOutcomeError when the server has
   * forgotten the invitation.
   */
  completed(signal: AbortSignal): Promise<ParticipantInvitationOutcome>;
  /** Takes it back; `completed` then resolves with a failure. One that is over by itself counts as taken back. */
  cancel(signal: AbortSignal): Promise<void>;
}

/**
 * What leaders do in a meeting. Each action needs a link, which comes and goes with role and state: when the server
 * shows none, also after a second look, `UcwaActionUnavailableError` is thrown and nothing is sent. A call resolves when
 * the server has accepted the action; its effect comes as the next snapshot. After a failure that leaves the outcome
 * open the server is asked what came of it before anything is sent again.
 *
 * @throws UcwaActionUnavailableError, UcwaConversationEndedError, UcwaUnknownOutcomeError, UcwaResponseError.
 * Source: Skype/UCWA/participant_ref.md, conversation_ref.md, and the page of each action.
 */
export interface MeetingControl {
  /** Everybody who is in, read from the server now. Source: Skype/UCWA/participants_ref.md. */
  roster(signal: AbortSignal): Promise<readonly MeetingParticipant[]>;
  /** Source: Skype/UCWA/leaders_ref.md. The organizer leads without being listed on some servers. */
  leaders(signal: AbortSignal): Promise<readonly MeetingParticipant[]>;
  /** Source: Skype/UCWA/attendees_ref.md. */
  attendees(signal: AbortSignal): Promise<readonly MeetingParticipant[]>;
  /** Source: Skype/UCWA/lobby_ref.md. */
  lobby(signal: AbortSignal): Promise<readonly MeetingParticipant[]>;
  /** Lets somebody in who waits. Source: Skype/UCWA/admit_ref.md. */
  admit(participantId: string, signal: AbortSignal): Promise<void>;
  /** Sends somebody away who waits. Source: Skype/UCWA/reject_ref.md. */
  reject(participantId: string, signal: AbortSignal): Promise<void>;
  /** Makes an attendee a leader. Source: Skype/UCWA/promote_ref.md. */
  promote(participantId: string, signal: AbortSignal): Promise<void>;
  /** Makes a leader an attendee. Source: Skype/UCWA/demote_ref.md. */
  demote(participantId: string, signal: AbortSignal): Promise<void>;
  /** Puts somebody out. Source: Skype/UCWA/eject_ref.md. */
  eject(participantId: string, signal: AbortSignal): Promise<void>;
  /** Source: Skype/UCWA/muteAudio_ref.md. */
  mute(participantId: string, signal: AbortSignal): Promise<void>;
  /** Source: Skype/UCWA/unmuteAudio_ref.md. */
  unmute(participantId: string, signal: AbortSignal): Promise<void>;
  /** Mutes all attendees. Source: Skype/UCWA/enableAudienceMuteLock_ref.md. */
  muteAudience(signal: AbortSignal): Promise<void>;
  /** Source: Skype/UCWA/disableAudienceMuteLock_ref.md. */
  unmuteAudience(signal: AbortSignal): Promise<void>;
  /** Keeps attendees from writing. Source: Skype/UCWA/disableAudienceMessaging_ref.md. */
  silenceAudience(signal: AbortSignal): Promise<void>;
  /** Source: Skype/UCWA/enableAudienceMessaging_ref.md. */
  unsilenceAudience(signal: AbortSignal): Promise<void>;
  /**
   * Asks somebody in; resolves when the server has taken the request, which then rings for about 30 seconds.
   *
   * @param input - `to` is a SIP or `tel:` URI (`sip:` is added where a scheme is missing); `operationId` has at most 50
   * characters and is made up when absent.
   * Source: Skype/UCWA/addParticipant_ref.md.
   */
  addParticipant(
    input: { readonly to: string; readonly operationId?: string },
    signal: AbortSignal,
  ): Promise<ParticipantInvitation>;
}
