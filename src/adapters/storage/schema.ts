import type { Generated } from 'kysely';

import type { OperationStep } from '../../journal/operation';
import type { MeetingRecord } from '../../meetings/ports';
import type { Reminder } from '../../meetings/reminder-store';

/**
 * The tables, as the query layer sees them; one shape for both engines. Points in time that people gave or see are ISO 8601
 * texts, which sort as they should; lists and addresses are JSON texts, which nobody searches.
 */
export interface Schema {
  readonly meetings: MeetingsTable;
  readonly cards: CardsTable;
  readonly lists: ListsTable;
  readonly last_meetings: LastMeetingsTable;
  readonly outcomes: OutcomesTable;
  readonly operations: OperationsTable;
  readonly inbox: InboxTable;
  readonly paces: PacesTable;
  readonly reminders: RemindersTable;
  readonly person_settings: PersonSettingsTable;
  readonly parked_turns: ParkedTurnsTable;
  readonly sign_in_cards: SignInCardsTable;
  readonly seen_people: SeenPeopleTable;
  readonly quotas: QuotasTable;
  readonly sweeps: SweepsTable;
  readonly card_updates: CardUpdatesTable;
  readonly lines: LinesTable;
  readonly conversations: ConversationsTable;
  readonly changes: ChangesTable;
  readonly seats: SeatsTable;
  readonly attendances: AttendancesTable;
  readonly schema_compatibility: SchemaCompatibilityTable;
}

/** Meetings that Confer made or was shown. */
export interface MeetingsTable {
  readonly id: string;
  readonly kind: MeetingRecord['kind'];
  readonly subject: string;
  readonly created_by_id: string | null;
  readonly created_by_name: string | null;
  /** Null while the meeting is of whoever asked for it. */
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly owner_address: string | null;
  /** JSON; null when there are none. */
  readonly co_owners: string | null;
  readonly recorded_at: string;
  readonly join_url: string | null;
  readonly conference_uri: string | null;
  readonly conference_id: string | null;
  readonly expires_at: string | null;
  /** When it begins, as people said; the server has no such thing. */
  readonly starts_at: string | null;
  readonly cancelled_at: string | null;
  readonly cancelled_by_id: string | null;
  readonly cancelled_by_name: string | null;
  readonly organizer: string | null;
  readonly access: MeetingRecord['access'] | null;
}

/** Card activities that show a meeting. */
export interface CardsTable {
  readonly conversation_id: string;
  readonly activity_id: string;
  /** Rises with every posting in the conversation. */
  readonly seq: number;
  readonly posted_at: string;
  readonly meeting_id: string;
  readonly address: string;
  readonly passing: number;
}

/** What `#1`, `#2` … mean to a viewpoint. */
export interface ListsTable {
  readonly person_id: string;
  readonly conversation_id: string;
  readonly meeting_ids: string;
  readonly saved_at: string;
}

/** What `last` means to a viewpoint. */
export interface LastMeetingsTable {
  readonly person_id: string;
  readonly conversation_id: string;
  readonly meeting_id: string;
  readonly saved_at: string;
}

/** What came of something that may happen once only. */
export interface OutcomesTable {
  readonly key: string;
  readonly outcome: string;
  readonly saved_at: string;
}

/** What was asked for and how far it is. Points in time are milliseconds since the epoch, by the clock of the database. */
export interface OperationsTable {
  readonly id: string;
  readonly kind: string;
  readonly person_id: string;
  readonly conversation_id: string;
  readonly activity_id: string;
  /** JSON; null once it has ended. */
  readonly request: string | null;
  readonly step: OperationStep;
  readonly attempts: number;
  /** How many tries in a row have vanished with their process. */
  readonly vanished: Generated<number>;
  readonly epoch: number;
  readonly holder: string | null;
  readonly lease_until: number;
  readonly not_before: number;
  readonly accepted_at: number;
  /** By the clock of the chat service; null where it did not say. */
  readonly asked_at: Generated<number | null>;
  readonly ended_at: number | null;
  readonly card_activity_id: string | null;
  readonly card_sent_at: number | null;
  readonly meeting_id: string | null;
  readonly meeting_sent_at: number | null;
  readonly answer: string | null;
  /** Until when people were told that it is tried. */
  readonly trying_until: number | null;
  readonly stop_asked_at: number | null;
}

/** Activities that were taken. */
export interface InboxTable {
  readonly conversation_id: string;
  readonly activity_id: string;
  readonly received_at: number;
  /** Whose delivery it was, for activities that ask for nothing lasting. */
  readonly taker: string | null;
}

/** Paces that are kept; times as in {@link OperationsTable}. */
export interface PacesTable {
  readonly key: string;
  /** How long one place takes. */
  readonly every_ms: number;
  /** When every place is free again. */
  readonly free_at: number;
}

/** Who wants to be reminded of which meeting. Points in time are milliseconds since the epoch, by the clock of the database. */
export interface RemindersTable {
  readonly id: string;
  readonly person_id: string;
  readonly meeting_id: string;
  readonly conversation_id: string;
  readonly address: string;
  readonly zone: string;
  readonly lead: string;
  readonly counts_to: Reminder['countsTo'];
  readonly meeting_at: number;
  readonly due_at: number;
  readonly state: Reminder['state'];
  /** Rises with every new plan. */
  readonly revision: number;
  readonly lease_until: number;
}

/** What people want for themselves; null where they did not say. */
export interface PersonSettingsTable {
  readonly person_id: string;
  /** ISO 8601 duration before a meeting of theirs. */
  readonly reminder_lead: string | null;
  /** The IANA zone in which the days of that duration are counted. */
  readonly reminder_zone: string | null;
  /** 1: they want no reminders at all. */
  readonly reminders_muted: number | null;
}

/** What somebody wanted and has to sign in for: the newest of each person in each conversation. Times as in {@link OperationsTable}. */
export interface ParkedTurnsTable {
  readonly person_id: string;
  readonly conversation_id: string;
  readonly id: string;
  /** JSON, with what they said. */
  readonly request: string;
  /** The sign-in card, once it is posted. */
  readonly card_id: string | null;
  readonly until: number;
}

/** For whom a sign-in card is, by the id that a Teams client sends back. */
export interface SignInCardsTable {
  readonly exchange_id: string;
  readonly person_id: string;
  readonly until: number;
}

/** How people read and what the chat calls them, as last seen; null where nobody said. */
export interface SeenPeopleTable {
  readonly person_id: string;
  readonly zone: string | null;
  readonly locale: string | null;
  readonly channel_id: string | null;
  readonly user_id: string | null;
  readonly seen_at: number;
}

/** How often something happened since a point in time. */
export interface QuotasTable {
  readonly key: string;
  readonly most: number;
  readonly window_ms: number;
  readonly since: number;
  readonly taken: number;
  readonly refused: number;
  /** What was counted last. */
  readonly latest: string | null;
}

/** Looks for late twins of meetings. Points in time as in `operations`. */
export interface SweepsTable {
  readonly operation_id: string;
  readonly person_id: string;
  readonly marker: string;
  readonly kept_meeting_id: string | null;
  readonly planned_at: number;
  readonly not_before: number;
  readonly lease_until: number;
  readonly epoch: number;
}

/** Cards that are behind their meeting; times as in {@link OperationsTable}. */
export interface CardUpdatesTable {
  /** Conversation and activity. */
  readonly key: string;
  readonly conversation_id: string;
  readonly activity_id: string;
  readonly meeting_id: string;
  readonly person_id: string;
  readonly address: string;
  readonly wanted: number;
  readonly attempts: number;
  readonly epoch: number;
  readonly holder: string | null;
  readonly lease_until: number;
  readonly not_before: number;
  readonly queued_at: number;
}

/** What is said once, and was; times as in {@link OperationsTable}. */
export interface LinesTable {
  readonly id: string;
  readonly conversation_id: string;
  readonly group_key: string;
  /** JSON; null once it was said. */
  readonly address: string | null;
  /** JSON; null once it was said. */
  readonly content: string | null;
  readonly attempts: number;
  readonly epoch: number;
  readonly holder: string | null;
  readonly lease_until: number;
  readonly not_before: number;
  readonly queued_at: number;
  /** When it was about to be posted, or given up. */
  readonly sent_at: number | null;
}

/** Where Confer can speak. */
export interface ConversationsTable {
  readonly conversation_id: string;
  /** Null where it is nobody's personal chat. */
  readonly person_id: string | null;
  readonly team_id: string | null;
  readonly service_url: string | null;
  readonly address: string | null;
  readonly dead_because: string | null;
  readonly seen_at: number;
}

/** What changes did, until it is told. */
export interface ChangesTable {
  readonly key: string;
  readonly meeting_id: string;
  /** Rises with every change of the meeting. */
  readonly seq: number;
  readonly person_id: string;
  /** JSON. */
  readonly what: string;
  readonly noted_at: string;
}

/** Places at the meeting server, and which process has them. */
export interface SeatsTable {
  readonly number: number;
  readonly endpoint_id: string;
  readonly holder: string | null;
  readonly epoch: number;
  readonly lease_until: number;
}

/** Meetings that Confer starts and waits in. Points in time are milliseconds since the epoch, by the clock of the database. */
export interface AttendancesTable {
  readonly marker: string;
  readonly seat: number;
  /** Null for the service account. */
  readonly account_id: string | null;
  readonly person_id: string;
  readonly owner_address: string | null;
  readonly tries: number;
  readonly begun_at: number;
  readonly waits_until: number | null;
  /** JSON; null while it is not known whether there is a meeting. */
  readonly meeting: string | null;
  readonly ended_at: number | null;
}

/** Which programs may work on these tables. */
export interface SchemaCompatibilityTable {
  /** Number of the newest migration that was applied. */
  readonly version: number;
  /** A program works on these tables when it knows at least this migration. */
  readonly oldest_program: number;
}
