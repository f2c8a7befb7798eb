/** What one metric is: how it is counted, in words, and by which labels. */
export interface MetricDefinition {
  /** `counter` rises; `gauge` is what it is now; `histogram` is how long something took, in seconds. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /**
   * Labels with the values each may have; any other value is counted as `other`. `kinds` are what people can ask for:
   * commands and verbs. `codes` are codes of this program's errors.
   */
  readonly labels: Readonly<Record<string, readonly string[] | 'kinds' | 'codes'>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** How a request to another server ended: class of the status, or why there was none. */
const RESULTS = ['2xx', '3xx', '4xx', '5xx', 'failed', 'aborted'] as const;

/**
 * Everything that is counted. No label has a value that people or other servers choose: docs/operations.md says what to do
 * with each metric, and a test compares the two.
 */
export const METRICS = {
  confer_operations_accepted_total: {
    kind: 'counter',
    help: 'Operations written into the journal, and those that were there already.',
    labels: { kind: 'kinds', result: ['accepted', 'known'] },
  },
  confer_operations_ended_total: {
    kind: 'counter',
    help: 'Operations that are over, by what came of them.',
    labels: { kind: 'kinds', outcome: ['done', 'unanswered'] },
  },
  confer_operations_given_up_total: {
    kind: 'counter',
    help: 'Operations given up after several tries; people are told so.',
    labels: { kind: 'kinds' },
  },
  confer_operation_age_seconds: {
    kind: 'histogram',
    help: 'Time from acceptance to the end of an operation.',
    labels: { kind: 'kinds' },
  },
  confer_operation_setbacks_total: {
    kind: 'counter',
    help: 'Tries of operations that did not finish: failed, put off, or taken over by another process.',
    labels: { kind: 'kinds', reason: ['failed', 'rested', 'leaseLost', 'stopped'] },
  },
  confer_journal_operations: {
    kind: 'gauge',
    help: 'Operations in the journal that are not over.',
    labels: {},
  },
  confer_journal_oldest_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest operation that is not over.',
    labels: {},
  },
  confer_problems_total: {
    kind: 'counter',
    help: 'Problems that people were told of.',
    labels: { code: 'codes' },
  },
  confer_card_updates_total: {
    kind: 'counter',
    help: 'Cards elsewhere that were to follow a change of their meeting.',
    labels: { outcome: ['shown', 'gone', 'dead', 'unknownMeeting', 'paced', 'later', 'leaseLost', 'failed'] },
  },
  confer_card_updates_waiting: {
    kind: 'gauge',
    help: 'Cards that are behind their meeting.',
    labels: {},
  },
  confer_announcements_total: {
    kind: 'counter',
    help: 'Lines that tell a conversation of a change, or somebody what came of what they asked for.',
    labels: { outcome: ['said', 'dead', 'paced', 'later', 'unknown', 'failed'] },
  },
  confer_announcements_waiting: {
    kind: 'gauge',
    help: 'Lines that are still to be said.',
    labels: {},
  },
  confer_conversations_dead_total: {
    kind: 'counter',
    help: 'Conversations in which nothing can be said until somebody writes there again.',
    labels: {
      reason: [
        'ConversationBlockedByUser',
        'BotNotInConversationRoster',
        'BotDisabledByAdmin',
        'MessageWritesBlocked',
        'ConversationNotFound',
      ],
    },
  },
  confer_connector_wait_seconds: {
    kind: 'histogram',
    help: 'Time that calls to the Bot Connector waited for their place, so as not to send more than Teams takes.',
    labels: { urgency: ['answer', 'later'] },
  },
  confer_connector_request_seconds: {
    kind: 'histogram',
    help: 'Requests to the Bot Connector.',
    labels: { method: METHODS, result: RESULTS },
  },
  confer_connector_repeats_total: {
    kind: 'counter',
    help: 'Requests the Bot Connector refused and that were sent again.',
    labels: { status: ['412', '429', 'unreachable'] },
  },
  confer_activity_seconds: {
    kind: 'histogram',
    help: 'Time until the Bot Connector had its answer to an activity.',
    labels: { from: ['ours', 'foreignTenant'], result: RESULTS },
  },
  confer_refused_requests_total: {
    kind: 'counter',
    help: 'Requests the front door did not let in.',
    labels: { code: 'codes' },
  },
  confer_flood_refusals_total: {
    kind: 'counter',
    help: 'Commands, clicks and reports of cards that were too much for a minute.',
    labels: { scope: ['person', 'conversation', 'receipts'] },
  },
  confer_ucwa_request_seconds: {
    kind: 'histogram',
    help: 'Requests to the Skype for Business server, waiting for a place included where there was no answer; held polls not.',
    labels: { method: METHODS, result: RESULTS },
  },
  confer_ucwa_failures_total: {
    kind: 'counter',
    help: 'Requests to the Skype for Business server without an answer, held polls included.',
    labels: { code: 'codes' },
  },
  confer_ucwa_repeats_total: {
    kind: 'counter',
    help: 'Requests to the Skype for Business server that were sent again.',
    labels: { method: METHODS },
  },
  confer_ucwa_queued_total: {
    kind: 'counter',
    help: 'Requests that had to wait because so many others were under way.',
    labels: {},
  },
  confer_ucwa_polls: {
    kind: 'gauge',
    help: 'Event channels on which a request is held by the Skype for Business server.',
    labels: {},
  },
  confer_ucwa_poll_gap_seconds: {
    kind: 'histogram',
    help: 'Time between an answer of an event channel and the next request on it: events wait that long.',
    labels: {},
  },
  confer_ucwa_events_total: { kind: 'counter', help: 'Events received.', labels: {} },
  confer_ucwa_sessions_total: {
    kind: 'counter',
    help: 'Changes of state of sessions on the Skype for Business server.',
    labels: {
      state: ['signing-in', 'running', 'resync', 'resume', 'application-lost', 'event-channel-lost', 'closed'],
    },
  },
  confer_ucwa_breakers: {
    kind: 'gauge',
    help: 'Skype for Business servers that are left alone (open) or tried with one request (half-open).',
    labels: { state: ['open', 'half-open'] },
  },
  confer_seats: {
    kind: 'gauge',
    help: 'Seats at the Skype for Business server that this process holds: its own, and those of processes that are gone.',
    labels: { whose: ['own', 'gone'] },
  },
  confer_seats_lost_total: {
    kind: 'counter',
    help: 'Seats that another process took over because this one was silent for too long.',
    labels: {},
  },
  confer_seat_takeovers_total: {
    kind: 'counter',
    help: 'Seats of processes that are gone in which this one finishes what they began.',
    labels: {},
  },
  confer_ready: { kind: 'gauge', help: '1 when GET /readyz says ready, else 0.', labels: {} },
  confer_clock_offset_seconds: {
    kind: 'gauge',
    help: 'How far the clock of the database is from that of this machine; 0 with the embedded one.',
    labels: {},
  },
  confer_log_lines_dropped_total: {
    kind: 'counter',
    help: 'Log lines thrown away because nobody read those before.',
    labels: {},
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type Definitions = typeof METRICS;

/** Name of a metric of one kind. */
export type MetricName<Kind extends MetricDefinition['kind']> = {
  [Name in keyof Definitions]: Definitions[Name]['kind'] extends Kind ? Name : never;
}[keyof Definitions];

/** The labels of a metric. */
export type MetricLabels<Name extends keyof Definitions> = {
  readonly [Label in keyof Definitions[Name]['labels']]: string;
};

/** Counts what happens. Implemented in src/adapters/metrics; nothing of it ever throws. */
export interface Metrics {
  /** Adds `by` (default 1) to a counter. */
  count<Name extends MetricName<'counter'>>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  /** Notes how long something took, in milliseconds; shown in seconds. */
  took<Name extends MetricName<'histogram'>>(name: Name, labels: MetricLabels<Name>, ms: number): void;
  /** Sets a gauge. */
  set<Name extends MetricName<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void;
}

/** Counts nothing, for parts that run without. */
export const noMetrics: Metrics = { count: () => undefined, took: () => undefined, set: () => undefined };

/** Class of a status: `2xx`. */
export function resultOf(status: number): string {
  return `${String(Math.trunc(status / 100))}xx`;
}
