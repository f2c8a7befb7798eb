import type { ConversationSnapshot, MeetingControl } from './meeting-control';
import type { MyOnlineMeeting, MyOnlineMeetingInput } from './resources/my-online-meeting';
import type { OnlineMeeting } from './resources/online-meeting';
import type { OnlineMeetingDefaultValues } from './resources/online-meeting-default-values';
import type { OnlineMeetingEligibleValues } from './resources/online-meeting-eligible-values';
import type {
  OnlineMeetingExtension,
  OnlineMeetingExtensionChanges,
  OnlineMeetingExtensionInput,
} from './resources/online-meeting-extension';
import type { OnlineMeetingInvitationCustomization } from './resources/online-meeting-invitation-customization';
import type { OnlineMeetingPolicies } from './resources/online-meeting-policies';
import type { PhoneDialInInformation } from './resources/phone-dial-in-information';

/** The signed-in user, as the server knows them. Source: Skype/UCWA/me_ref.md. */
export interface Me {
  readonly name: string;
  /** SIP URI. */
  readonly uri: string;
  readonly emailAddresses: readonly string[];
}

/** How important a conversation is. */
export type Importance = 'Normal' | 'Urgent' | 'Emergency';

/** Input of `startOnlineMeeting`. Source: Skype/UCWA/startOnlineMeeting_ref.md, "Request body". */
export interface StartOnlineMeetingInput {
  /** At most 250 characters. */
  readonly subject?: string;
  readonly importance?: Importance;
  readonly threadId?: string;
  /** At most 50 characters, unique per application; made up when absent. */
  readonly operationId?: string;
  /**
   * Whether a meeting that comes to be after nobody waits for it any more is left again; default true. False for callers
   * that look for it by its `threadId` afterwards.
   */
  readonly leaveWhenGivenUp?: boolean;
}

/** Input of `joinOnlineMeeting`. Source: Skype/UCWA/joinOnlineMeeting_ref.md, "Request body". */
export interface JoinOnlineMeetingInput extends StartOnlineMeetingInput {
  /** The conference URI, `sip:…;gruu;opaque=app:conf:focus:id:…`. */
  readonly onlineMeetingUri: string;
}

/** A meeting this account is in (or waits in the lobby of). Call `leave` when done. */
export interface JoinedMeeting {
  /** Read from inside the meeting. In the lobby it may hold little more than `onlineMeetingUri`. */
  readonly onlineMeeting: OnlineMeeting;
  readonly operationId: string;
  /** Whether we wait in the lobby right now. */
  readonly inLobby: boolean;
  /**
   * Resolves when we are let in; at once when we already are.
   *
   * @throws UcwaOperationFailedError when a leader refuses, UcwaConversationEndedError when the conversation ends.
   */
  admitted(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when a participant other than ourselves is in the roster.
   *
   * @throws UcwaConversationEndedError when the conversation ends first.
   */
  someoneElseJoined(signal: AbortSignal): Promise<void>;
  /**
   * What the meeting is like: at once, and then after each change. Snapshots that nobody takes in time are left out. Ends
   * after the snapshot that says why the conversation has ended.
   *
   * @throws what ended the session, why the conversation cannot be read (UcwaError), or the signal's reason.
   */
  watch(signal: AbortSignal): AsyncIterable<ConversationSnapshot>;
  readonly control: MeetingControl;
  /**
   * Takes our own joining back while we wait in the lobby; one that has failed by itself counts as taken back.
   *
   * @throws UcwaActionUnavailableError when we are in already: leave then.
   * Source: Skype/UCWA/cancel_ref.md.
   */
  cancelJoin(signal: AbortSignal): Promise<void>;
  /** Leaves; the meeting goes on for the others. A conversation that is already over counts as left. */
  leave(signal: AbortSignal): Promise<void>;
}

/** The scheduled meetings of the signed-in user. Source: Skype/UCWA/myOnlineMeetings_ref.md. */
export interface MyOnlineMeetings {
  /**
   * All scheduled meetings, and last the personal one (`onlineMeetingRel` is `myAssignedOnlineMeeting`) where there is
   * one. One request when the server embeds them.
   */
  list(signal: AbortSignal): Promise<MyOnlineMeeting[]>;
  /** @throws UcwaNotFoundError when there is no such meeting (any more). */
  get(id: string, signal: AbortSignal): Promise<MyOnlineMeeting>;
  /**
   * Schedules a meeting: one request. After a failure that leaves the outcome open it looks for the meeting
   * and never posts again.
   *
   * @throws UcwaUnknownOutcomeError when looking did not settle it.
   */
  create(input: MyOnlineMeetingInput, signal: AbortSignal): Promise<MyOnlineMeeting>;
  /**
   * Sends `current.raw` with `changes` over it, if nobody changed the meeting since `current` was read.
   * `current` must come from `get`, `create` or `update`: entries of `list` may lack what a PUT needs.
   *
   * @throws UcwaPreconditionFailedError when somebody did.
   */
  update(
    current: MyOnlineMeeting,
    changes: Partial<MyOnlineMeetingInput>,
    signal: AbortSignal,
  ): Promise<MyOnlineMeeting>;
  /** Deletes a meeting; one that is not there counts as deleted. */
  remove(id: string, signal: AbortSignal): Promise<void>;
}

/**
 * Data of clients that travels with scheduled meetings.
 *
 * @throws UcwaNotFoundError when there is no such meeting, or no such extension.
 * Source: Skype/UCWA/onlineMeetingExtensions_ref.md, onlineMeetingExtension_ref.md.
 */
export interface OnlineMeetingExtensions {
  list(meetingId: string, signal: AbortSignal): Promise<OnlineMeetingExtension[]>;
  get(meetingId: string, id: string, signal: AbortSignal): Promise<OnlineMeetingExtension>;
  /**
   * Adds one: one POST. After a failure that leaves the outcome open it looks for the id and never posts again.
   *
   * @throws UcwaResponseError with subcode `AlreadyExists` when the id is taken; UcwaUnknownOutcomeError.
   */
  create(meetingId: string, input: OnlineMeetingExtensionInput, signal: AbortSignal): Promise<OnlineMeetingExtension>;
  /**
   * Sends `current.raw` with `changes` over it, if nobody changed it since `current` was read. `current` must come from
   * `get`, `create` or `update`: entries of `list` may lack what a PUT needs.
   *
   * @throws UcwaPreconditionFailedError when somebody did.
   */
  update(
    current: OnlineMeetingExtension,
    changes: OnlineMeetingExtensionChanges,
    signal: AbortSignal,
  ): Promise<OnlineMeetingExtension>;
  /** One that is not there counts as removed. */
  remove(meetingId: string, id: string, signal: AbortSignal): Promise<void>;
}

/**
 * One user's connection to the server. Sign-in and application are made when first needed, kept alive, made anew when the
 * server lost them, and shared by concurrent callers. Every call throws `UcwaError`s, or the reason of its own signal.
 */
export interface UcwaAccount {
  /** Signs in unless already signed in. */
  signIn(signal: AbortSignal): Promise<Me>;
  readonly meetings: MyOnlineMeetings;
  readonly extensions: OnlineMeetingExtensions;
  /** The five below are asked for once per application; `undefined` when the server has no such resource. */
  eligibleValues(signal: AbortSignal): Promise<OnlineMeetingEligibleValues | undefined>;
  defaultValues(signal: AbortSignal): Promise<OnlineMeetingDefaultValues | undefined>;
  policies(signal: AbortSignal): Promise<OnlineMeetingPolicies | undefined>;
  phoneDialInInformation(signal: AbortSignal): Promise<PhoneDialInInformation | undefined>;
  invitationCustomization(signal: AbortSignal): Promise<OnlineMeetingInvitationCustomization | undefined>;
  /** The user's personal meeting, read anew each time; `undefined` when policy gives none. */
  assignedMeeting(signal: AbortSignal): Promise<MyOnlineMeeting | undefined>;
  /**
   * Starts a meeting at once and joins it.
   *
   * @throws UcwaOperationFailedError, UcwaUnknownOutcomeError, UcwaNotEnabledError, UcwaResponseError.
   */
  startOnlineMeeting(input: StartOnlineMeetingInput, signal: AbortSignal): Promise<JoinedMeeting>;
  /** Joins a meeting; resolves also when we are put into its lobby. @throws as `startOnlineMeeting`. */
  joinOnlineMeeting(input: JoinOnlineMeetingInput, signal: AbortSignal): Promise<JoinedMeeting>;
  /**
   * A meeting that the application is in, or is just coming into, by the `threadId` it was entered with: by another client
   * with the same `endpointId` that ended, or by a call whose outcome was left open.
   *
   * @returns `undefined` when the application is in no such meeting: it was left, has ended, or went with its application.
   * Source: Skype/UCWA/conversations_ref.md.
   */
  findJoinedMeeting(threadId: string, signal: AbortSignal): Promise<JoinedMeeting | undefined>;
  /**
   * Asks a meeting's web page for its conference URI. Only `https` URLs of `meetHosts` are asked (`host` or `host:port`);
   * no credentials are sent and no redirect is followed.
   *
   * @throws UntrustedLinkError before anything is sent, UcwaNotFoundError, UcwaProtocolError, UcwaProxyAnswerError.
   */
  resolveJoinUrl(
    url: string,
    options: { readonly meetHosts: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ onlineMeetingUri: string }>;
  /** Leaves conversations, deletes the application, stops the event channel. The object is of no use afterwards. */
  close(signal: AbortSignal): Promise<void>;
  /**
   * Stops at once and tells the server nothing: application and conversations stay as they are, for another client with the
   * same `endpointId`. The object is of no use afterwards.
   */
  detach(): void;
}
