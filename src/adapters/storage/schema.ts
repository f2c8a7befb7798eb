import type { MeetingRecord } from '../../meetings/ports';

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
  readonly schema_compatibility: SchemaCompatibilityTable;
}

/** Meetings that Confer made or was shown. */
export interface MeetingsTable {
  readonly id: string;
  readonly kind: MeetingRecord['kind'];
  readonly subject: string;
  readonly created_by_id: string | null;
  readonly created_by_name: string | null;
  readonly recorded_at: string;
  readonly join_url: string | null;
  readonly conference_uri: string | null;
  readonly conference_id: string | null;
  readonly expires_at: string | null;
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

/** Which programs may work on these tables. */
export interface SchemaCompatibilityTable {
  /** Number of the newest migration that was applied. */
  readonly version: number;
  /** A program works on these tables when it knows at least this migration. */
  readonly oldest_program: number;
}
