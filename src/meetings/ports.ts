import type { Difference } from './difference';
import type {
  AccessLevel,
  DialIn,
  LiveMeeting,
  Meeting,
  MeetingChanges,
  MeetingDraft,
  MeetingOptions,
} from './meeting';

/** What the domain needs from a meeting server. Implemented in src/adapters/ucwa-meetings. */
export interface MeetingGateway {
  /** Every meeting the account organizes, the personal room included. */
  list(signal: AbortSignal): Promise<readonly Meeting[]>;
  /** @throws MeetingProblem `meeting.gone` when the server does not have it (any more). */
  get(id: string, signal: AbortSignal): Promise<Meeting>;
  /** @param marker - a line kept with the meeting, by which {@link findMarked} finds it; people do not see it. */
  create(draft: MeetingDraft, marker: string, signal: AbortSignal): Promise<Meeting>;
  /** The meetings that were made with this marker, oldest first. */
  findMarked(marker: string, signal: AbortSignal): Promise<readonly Meeting[]>;
  /**
   * Writes `changes` over `current`, provided that nobody changed the meeting since `current` was read.
   * @throws MeetingChangedError when somebody did.
   */
  update(current: Meeting, changes: MeetingChanges, signal: AbortSignal): Promise<Meeting>;
  /** Removing a meeting that is gone is a success. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  options(signal: AbortSignal): Promise<MeetingOptions>;
  dialIn(signal: AbortSignal): Promise<DialIn>;
  /**
   * Creates a meeting on the spot and is its first participant.
   *
   * @throws MeetingProblem `server.unknownOutcome`, `server.conflict` when the meeting may be there all the same; then, and
   * when `signal` aborts, {@link findStarted} tells.
   */
  start(subject: string, wish: StartWish, signal: AbortSignal): Promise<Attendance>;
  /** The meeting that was started with this marker, by whichever process, if Confer is in it still. */
  findStarted(marker: string, signal: AbortSignal): Promise<Attendance | undefined>;
  join(conferenceUri: string, signal: AbortSignal): Promise<Attendance>;
  /** Asks the meeting host itself which conference a join URL means. */
  resolveJoinUrl(url: URL, signal: AbortSignal): Promise<string>;
  /** Whether a join URL is of a host this deployment trusts. */
  isMeetingHost(url: URL): boolean;
}

/** Which wish a meeting is started for. */
export interface StartWish {
  readonly marker: string;
  /** Which request this is for the same wish, from 1; more than one only when those before certainly made nothing. */
  readonly tries: number;
}

/** Confer's own presence in a running meeting. */
export interface Attendance {
  readonly meeting: LiveMeeting;
  /** True while the meeting keeps Confer in its lobby. */
  readonly inLobby: boolean;
  /** Resolves when somebody else is in the meeting. Rejects when the meeting ends first. */
  someoneElseJoined(signal: AbortSignal): Promise<void>;
  /** Lets whoever has this address lead the meeting, if they are in it. */
  promote(address: string, signal: AbortSignal): Promise<'leads' | 'absent'>;
  leave(signal: AbortSignal): Promise<void>;
}

/** Somebody who talks to Confer. */
export interface Person {
  /** Stable in the chat: the directory's object id where known. */
  readonly id: string;
  readonly name: string;
  /** `user@domain`, where the chat service tells it. */
  readonly address?: string | undefined;
}

/** Whose meeting it is, whoever organizes it on the server. */
export interface Ownership {
  readonly owner: Person | undefined;
  /** May change and cancel the meeting like its owner, but not give it away. */
  readonly coOwners: readonly Person[];
}

/** What must outlive a turn about one meeting. */
export interface MeetingRecord {
  readonly id: string;
  /** `scheduled` meetings can be read from the server again; `spontaneous` and `foreign` ones only live here. */
  readonly kind: 'scheduled' | 'spontaneous' | 'foreign';
  readonly subject: string;
  /** Who asked for it. */
  readonly createdBy: Person | undefined;
  /** Whose it is; where that is absent, it is of whoever asked for it. */
  readonly owner?: Person | undefined;
  readonly coOwners?: readonly Person[] | undefined;
  readonly recordedAt: string;
  readonly joinUrl?: string | undefined;
  readonly conferenceUri?: string | undefined;
  readonly conferenceId?: string | undefined;
  /** When the server said that it may forget the meeting, ISO 8601. */
  readonly expiresAt?: string | undefined;
  /** When it begins, as people said, ISO 8601. Only {@link MeetingStore.saveStart} changes it. */
  readonly startsAt?: string | undefined;
  readonly cancelledAt?: string | undefined;
  readonly cancelledBy?: Person | undefined;
  /** Name or address of the organizer, and who comes straight in, as the meeting said when it was recorded. */
  readonly organizer?: string | undefined;
  readonly access?: AccessLevel | undefined;
}

/** One card that shows a meeting, and where it is. */
export interface Posting {
  readonly meetingId: string;
  readonly conversationId: string;
  readonly activityId: string;
  /** Conversation reference of the chat layer; opaque here. */
  readonly address: unknown;
  /** A form or a question somebody is busy with: a change of the meeting does not wipe it away. */
  readonly passing?: boolean;
}

/** Whose "last" and "#2" are meant: one person in one conversation. */
export interface Viewpoint {
  readonly personId: string;
  readonly conversationId: string;
}

/** Memory of the meeting service. Implemented in src/adapters/storage; every promise resolves when the fact is durable. */
export interface MeetingStore {
  /** What is known already of whose meeting it is, and of its start, stays: {@link saveOwnership} and {@link saveStart} change that. */
  saveRecord(record: MeetingRecord): Promise<void>;
  /**
   * Changes whose meeting it is, provided that the record is there and nobody else did since it was read.
   *
   * @param change - both as in the record, where the owner is absent while it is whoever asked for the meeting.
   * @returns whether it was changed.
   */
  saveOwnership(meetingId: string, change: { readonly from: Ownership; readonly to: Ownership }): Promise<boolean>;
  /** Changes when a meeting with a record begins, ISO 8601; undefined: nobody knows. */
  saveStart(meetingId: string, startsAt: string | undefined): Promise<void>;
  findRecord(meetingId: string): Promise<MeetingRecord | undefined>;
  records(): Promise<readonly MeetingRecord[]>;
  savePosting(posting: Posting): Promise<void>;
  removePosting(posting: Pick<Posting, 'conversationId' | 'activityId'>): Promise<void>;
  postingsOf(meetingId: string): Promise<readonly Posting[]>;
  /** Postings of one conversation, oldest first. */
  postingsIn(conversationId: string): Promise<readonly Posting[]>;
  saveList(viewpoint: Viewpoint, meetingIds: readonly string[]): Promise<void>;
  lastList(viewpoint: Viewpoint): Promise<readonly string[] | undefined>;
  saveLast(viewpoint: Viewpoint, meetingId: string): Promise<void>;
  last(viewpoint: Viewpoint): Promise<string | undefined>;
  /** Remembers that a one-time key was used, with what came of it. */
  saveOutcome(key: string, outcome: string): Promise<void>;
  outcome(key: string): Promise<string | undefined>;
  /** Remembers what a change is about to do, for a day. What was noted under the same key is replaced. */
  noteChange(change: NotedChange): Promise<void>;
  /** @returns what was noted, and whether nothing was noted about the meeting since. */
  notedChange(key: string): Promise<(NotedChange & { readonly isNewest: boolean }) | undefined>;
}

/** A change of a meeting, written down before it is made. */
export interface NotedChange {
  /** Of the operation that makes it. */
  readonly key: string;
  readonly meetingId: string;
  readonly kind: 'edited' | 'cancelled';
  readonly by: Person;
  /** As it was before. */
  readonly subject: string;
  readonly difference: Difference;
}

/** What a card of a meeting can say. */
export type MeetingState =
  | { readonly kind: 'scheduled'; readonly meeting: Meeting }
  | { readonly kind: 'recorded'; readonly record: MeetingRecord }
  | { readonly kind: 'cancelled'; readonly record: MeetingRecord };
