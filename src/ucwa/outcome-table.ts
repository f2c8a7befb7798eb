import type { TransportFailureKind } from './errors';

/**
 * How a request may be sent twice: `repeatable` (GET, DELETE, PUT with `If-Match`, and POSTs that have the same effect
 * twice as once), `creating` (a POST that makes something), `action` (a POST that changes something that is there), and
 * `discovery` (there is another address to ask).
 */
export type MethodClass = 'repeatable' | 'creating' | 'action' | 'discovery';

/** What one kind of failure means for each kind of request. */
export interface Verdict {
  /** `repeat`: a later try may fare better and can do no harm. */
  readonly repeatable: 'repeat' | 'refused';
  /**
   * `repeat`: certainly not executed. `look`: it may have been executed, so look for what it makes, and if that is not to
   * be found the outcome is unknown. `glance`: the same, but a short look is enough. `confirm`: it hardly was executed;
   * after a short look the failure itself is believed.
   */
  readonly creating: 'repeat' | 'look' | 'glance' | 'confirm' | 'refused';
  /** `unknown`: it may have been executed; only what is seen afterwards tells. `done`: things are as they were to become. */
  readonly action: 'repeat' | 'unknown' | 'done' | 'refused';
  /** `next`: ask the next address. */
  readonly discovery: 'repeat' | 'next';
  /** `restart`: read the cursor from the application. `replaced`: somebody else polls. `slowly`: a pool is failing over. */
  readonly poll: 'again' | 'slowly' | 'replaced' | 'restart' | 'end';
  /** For a whole batch. `halve`: fewer at a time. `singly`: one by one. */
  readonly batch: 'halve' | 'singly' | 'fail';
  /** What it says about the server's health. */
  readonly health: 'down' | 'up' | 'unsaid';
  /** The shortest wait before a repetition, in milliseconds, doubled each time; the usual jitter where absent. */
  readonly pauseMs?: number;
  /** What was asked for is not there any more. */
  readonly gone?: true;
  /** Where applications are made may have changed: at `POST applications` discover anew, once. */
  readonly rediscover?: true;
  /** The whole pool may be down: once it outlived its repetitions, ask discovery whether another has taken its place. */
  readonly poolFailure?: true;
  /** What it says about the application: `ask` it whether it is alive, `lost`, `evicted` for a while, `banned` for good. */
  readonly application?: 'ask' | 'lost' | 'evicted' | 'banned';
}

/** The marks of a failure. In a row: what it must have; what is absent there may be anything. */
export interface Marks {
  readonly kind: 'transport' | 'circuit-open' | 'unknown-outcome' | 'unreadable' | 'page' | 'answer';
  readonly transport?: TransportFailureKind;
  readonly status?: number;
  readonly subcode?: string;
}

/** One row of the table; the first that fits decides. */
export interface OutcomeRow extends Verdict {
  /** Unique name: a test lists them all. */
  readonly id: string;
  readonly kinds: readonly Marks['kind'][];
  readonly transports?: readonly TransportFailureKind[];
  /** Statuses, or the first and the last of a range. */
  readonly statuses?: readonly number[] | { readonly from: number; readonly to: number };
  /** In lower case. Compared without regard to case; an unknown subcode fits only rows that name none. */
  readonly subcodes?: readonly string[];
}

const anyAnswer = ['answer', 'page'] as const;

const refused = {
  repeatable: 'refused',
  creating: 'refused',
  action: 'refused',
  discovery: 'next',
  poll: 'end',
  batch: 'singly',
  health: 'up',
} as const satisfies Verdict;

/** Somebody may have done it, and a later try may fare better. */
const open = {
  repeatable: 'repeat',
  creating: 'look',
  action: 'unknown',
  discovery: 'next',
  poll: 'again',
  batch: 'singly',
  health: 'up',
} as const satisfies Verdict;

/**
 * Refusal, ambiguity, passing trouble, or the end: decided here and nowhere else.
 *
 * Sources: Skype/UCWA/RootURL.md, GenericSynchronousErrors.md, ErrorsAndInformationalMessages.md, ApplicationDashboard.md,
 * EventChannelDetails.md, BatchingRequests.md. A new subcode may appear at any time; it is decided by its status.
 */
export const outcomeTable: readonly OutcomeRow[] = [
  // No answer.
  {
    id: 'never sent',
    kinds: ['transport'],
    transports: ['refused', 'dns', 'unreachable'],
    ...open,
    creating: 'repeat',
    action: 'repeat',
    batch: 'fail',
    health: 'down',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: 'cut off',
    kinds: ['transport'],
    transports: ['reset'],
    ...open,
    discovery: 'repeat',
    health: 'down',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: 'no answer in time',
    kinds: ['transport'],
    transports: ['timeout', 'unknown'],
    ...open,
    health: 'down',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: 'certificate not trusted',
    kinds: ['transport'],
    transports: ['tls'],
    ...refused,
    poll: 'again',
    batch: 'fail',
    health: 'unsaid',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: 'answer too large',
    kinds: ['transport'],
    transports: ['too-large'],
    ...open,
    repeatable: 'refused',
    // The server keeps a package until it was received: asked again it sends the same.
    poll: 'end',
    batch: 'halve',
    rediscover: true,
  },
  {
    id: 'circuit open',
    kinds: ['circuit-open'],
    ...refused,
    poll: 'again',
    batch: 'fail',
    health: 'unsaid',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: 'unknown outcome', // nobody answered, whatever the reason, and a look has shown nothing
    kinds: ['unknown-outcome'],
    ...refused,
    action: 'unknown',
    batch: 'fail',
    health: 'unsaid',
    poolFailure: true,
  },
  // Answers that say success and cannot be read.
  {
    id: 'unreadable answer',
    kinds: ['unreadable'],
    statuses: { from: 100, to: 599 },
    ...open,
    repeatable: 'refused',
    creating: 'glance',
  },
  { id: 'unreadable content', kinds: ['unreadable'], ...open, repeatable: 'refused', poll: 'restart' },
  {
    id: 'page in place of an answer',
    kinds: anyAnswer,
    statuses: { from: 100, to: 399 },
    ...open,
    repeatable: 'refused',
    creating: 'glance',
  },
  // Refusals: nothing was executed.
  { id: '400', kinds: anyAnswer, statuses: [400], ...refused, poll: 'restart' },
  { id: '403', kinds: anyAnswer, statuses: [403], ...refused, rediscover: true },
  {
    id: '404 ApplicationNotFound',
    kinds: anyAnswer,
    statuses: [404],
    subcodes: ['applicationnotfound'],
    ...refused,
    poll: 'restart',
    batch: 'fail',
    gone: true,
    application: 'ask',
  },
  {
    id: '404 APIVersionNotSupported',
    kinds: anyAnswer,
    statuses: [404],
    subcodes: ['apiversionnotsupported'],
    ...refused,
    poll: 'restart',
  },
  { id: '404', kinds: anyAnswer, statuses: [404], ...refused, poll: 'restart', gone: true },
  {
    id: '409 PGetReplaced',
    kinds: anyAnswer,
    statuses: [409],
    subcodes: ['pgetreplaced'],
    ...refused,
    poll: 'replaced',
  },
  {
    id: '409 AlreadyExists',
    kinds: anyAnswer,
    statuses: [409],
    subcodes: ['alreadyexists'],
    ...refused,
    creating: 'confirm',
    action: 'done',
    poll: 'again',
  },
  {
    id: '409 in between',
    kinds: anyAnswer,
    statuses: [409],
    subcodes: ['none', 'anotheroperationpending'],
    ...refused,
    repeatable: 'repeat',
    action: 'repeat',
    poll: 'again',
    pauseMs: 1_000,
  },
  { id: '409', kinds: anyAnswer, statuses: [409], ...refused, poll: 'again' },
  {
    id: '410 CannotRedirect',
    kinds: anyAnswer,
    statuses: [410],
    subcodes: ['cannotredirect'],
    ...refused,
    poll: 'slowly',
    batch: 'fail',
    rediscover: true,
    poolFailure: true,
  },
  {
    id: '410 TooManyApplications',
    kinds: anyAnswer,
    statuses: [410],
    subcodes: ['toomanyapplications'],
    ...refused,
    batch: 'fail',
    gone: true,
    application: 'evicted',
  },
  {
    id: '410 UserAgentNotAllowed',
    kinds: anyAnswer,
    statuses: [410],
    subcodes: ['useragentnotallowed'],
    ...refused,
    batch: 'fail',
    gone: true,
    application: 'banned',
  },
  {
    id: '410 InactiveApplicationExpired',
    kinds: anyAnswer,
    subcodes: ['inactiveapplicationexpired'],
    ...refused,
    batch: 'fail',
    gone: true,
    application: 'lost',
  },
  { id: '410', kinds: anyAnswer, statuses: [410], ...refused, batch: 'fail', gone: true },
  { id: '413', kinds: anyAnswer, statuses: [413], ...refused, batch: 'halve' },
  {
    id: '429',
    kinds: anyAnswer,
    statuses: [429],
    repeatable: 'repeat',
    creating: 'repeat',
    action: 'repeat',
    discovery: 'repeat',
    poll: 'again',
    batch: 'halve',
    health: 'up',
    pauseMs: 5_000,
  },
  {
    id: '500 InvalidExchangeServerVersion',
    kinds: anyAnswer,
    subcodes: ['invalidexchangeserverversion'],
    ...refused,
    poll: 'again',
  },
  { id: '501 and 505', kinds: anyAnswer, statuses: [501, 505], ...refused, poll: 'again' },
  // Open outcomes. A proxy may send its page after the effect; an answer of UCWA itself hardly comes after one.
  {
    id: '503 of a proxy',
    kinds: ['page'],
    statuses: [503],
    ...open,
    discovery: 'repeat',
    health: 'down',
    poolFailure: true,
  },
  {
    id: '502 of a proxy',
    kinds: ['page'],
    statuses: [502],
    ...open,
    discovery: 'repeat',
    rediscover: true,
    poolFailure: true,
  },
  { id: '408 and 504 of a proxy', kinds: ['page'], statuses: [408, 504], ...open, discovery: 'repeat' },
  { id: '5xx of a proxy', kinds: ['page'], statuses: { from: 500, to: 599 }, ...open },
  {
    id: '503',
    kinds: ['answer'],
    statuses: [503],
    ...open,
    creating: 'glance',
    discovery: 'repeat',
    health: 'down',
    poolFailure: true,
  },
  {
    id: '502',
    kinds: ['answer'],
    statuses: [502],
    ...open,
    creating: 'glance',
    discovery: 'repeat',
    rediscover: true,
    poolFailure: true,
  },
  { id: '408 and 504', kinds: ['answer'], statuses: [408, 504], ...open, creating: 'glance', discovery: 'repeat' },
  { id: '5xx', kinds: ['answer'], statuses: { from: 500, to: 599 }, ...open, creating: 'confirm' },
  { id: 'other 4xx', kinds: anyAnswer, statuses: { from: 400, to: 499 }, ...refused },
];

/** For what no row fits: refused sign-ins, links to where we must not go, mistakes of ours: nothing a later try or a look could change. */
export const unlisted: OutcomeRow = { id: 'not in the table', kinds: [], ...refused, batch: 'fail', health: 'unsaid' };
