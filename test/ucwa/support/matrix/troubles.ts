import type { UcwaFormat } from '../../../../src/ucwa';

import { broken, busy, cutAfter, delays, type Failure, nonsense, refusals, written } from './failures';
import type { ScenarioName } from './scenarios';
import { impatience, type Stage } from './stage';
import { type Variant, withSecondPool } from './variants';

/** When something goes wrong: before anybody signs in, once signed in, or (watching) once inside the meeting. */
export type Moment = 'start' | 'warm' | 'inside';

/** One thing that goes wrong. */
export interface Trouble {
  readonly name: string;
  readonly moment: Moment;
  /** What it is aimed at: two at once at the same request are more than the client has to get over. */
  readonly at: string;
  /** Scenarios it can be met in. */
  readonly scenarios: readonly ScenarioName[];
  /** Whether the client has to succeed all the same. */
  readonly mustSucceed: boolean;
  /** Creating POSTs it refuses so that they may be sent again although the status alone does not say so. */
  readonly refusedPosts: number;
  /** Whether it leaves open what became of a POST: the client then looks, which takes the same application. */
  readonly leavesOpen?: boolean;
  readonly endsApplication?: boolean;
  /** It is about the limits of the client, which are short then. */
  readonly needsImpatience?: boolean;
  /** What the pool has to have for it. */
  readonly needs?: Variant;
  readonly cause: (stage: Stage) => Promise<void>;
}

const all: readonly ScenarioName[] = ['start', 'join', 'create', 'list', 'edit', 'cancel', 'watch'];
const entering: readonly ScenarioName[] = ['start', 'join', 'watch'];
/** Watching begins with a start. */
const listening: readonly ScenarioName[] = ['join', 'watch'];

/** Requests that failures are aimed at. */
interface Target {
  readonly name: string;
  readonly method: string;
  /** Regular expression on path and query. */
  readonly path: string;
  readonly moment: Moment;
  readonly scenarios: readonly ScenarioName[];
  /** The only format of addresses outside an application. */
  readonly speaks?: UcwaFormat;
  /** Failures the client has to get over. */
  readonly survives: readonly Failure[];
  /** Failures that it may hand on. */
  readonly suffers: readonly Failure[];
}

const passing = [...busy, ...broken];
const repeatable = [...refusals, ...delays, cutAfter, ...passing];
const creating = [...refusals, ...delays, cutAfter];
const meeting = '/myOnlineMeetings/[^/?]+$';
const targets: readonly Target[] = [
  {
    name: 'the discovery root',
    method: 'GET',
    path: '^/(\\?|$)',
    speaks: 'json',
    moment: 'start',
    scenarios: ['list'],
    survives: [...delays, ...busy],
    suffers: [...refusals, cutAfter, ...broken, ...nonsense],
  },
  {
    name: 'the user resource',
    method: 'GET',
    path: '/oauth/user',
    speaks: 'json',
    moment: 'start',
    scenarios: ['list'],
    survives: [...delays, cutAfter, ...passing],
    suffers: [...refusals, ...nonsense],
  },
  {
    name: 'the token endpoint',
    method: 'POST',
    path: 'oauthtoken',
    speaks: 'json',
    moment: 'start',
    scenarios: ['list'],
    survives: delays,
    suffers: [...refusals, cutAfter, ...passing, ...nonsense],
  },
  {
    name: 'the creation of the application',
    method: 'POST',
    path: '/applications$',
    moment: 'start',
    scenarios: ['list'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'the P-GET',
    method: 'GET',
    path: '/events',
    moment: 'warm',
    scenarios: listening,
    survives: [...nonsense, ...repeatable],
    suffers: [],
  },
  {
    name: 'the collection',
    method: 'GET',
    path: '/myOnlineMeetings$',
    moment: 'warm',
    scenarios: ['list'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'reading a meeting',
    method: 'GET',
    path: meeting,
    moment: 'warm',
    scenarios: ['edit'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'the creation of a meeting',
    method: 'POST',
    path: '/myOnlineMeetings$',
    moment: 'warm',
    scenarios: ['create'],
    survives: creating,
    suffers: [...nonsense, ...passing],
  },
  {
    name: 'the PUT of a meeting',
    method: 'PUT',
    path: meeting,
    moment: 'warm',
    scenarios: ['edit'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'the DELETE of a meeting',
    method: 'DELETE',
    path: meeting,
    moment: 'warm',
    scenarios: ['cancel'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'the start or join',
    method: 'POST',
    path: '/(onlineMeetingInvitations|startOnlineMeeting|joinOnlineMeeting)(\\?|$)',
    moment: 'warm',
    scenarios: ['start', 'join'],
    survives: creating,
    suffers: [...nonsense, ...passing],
  },
  {
    name: 'the meeting inside',
    method: 'GET',
    path: '/onlineMeeting$',
    moment: 'warm',
    scenarios: ['start', 'join'],
    survives: repeatable,
    suffers: nonsense,
  },
  {
    name: 'the P-GET while watching',
    method: 'GET',
    path: '/events',
    moment: 'inside',
    scenarios: ['watch'],
    survives: [...nonsense, ...repeatable],
    suffers: [],
  },
  {
    name: 'something done in a meeting',
    method: 'POST',
    path: '/promote$',
    moment: 'inside',
    scenarios: ['watch'],
    survives: repeatable,
    suffers: nonsense,
  },
];

function aimed(target: Target, failure: Failure, mustSucceed: boolean): Trouble {
  const { method, path, moment, scenarios, speaks } = target;
  return {
    name: `${failure.name} at ${target.name}`,
    at: target.name,
    moment,
    scenarios,
    mustSucceed,
    refusedPosts: refusals.includes(failure) ? 1 : 0,
    leavesOpen: failure === cutAfter && method === 'POST',
    cause: async (stage) =>
      stage.control('faults', { match: { method, path }, ...failure.fault(speaks ?? stage.format) }),
  };
}

/** Failures of single requests, by what they are aimed at. */
export const failures: readonly { readonly target: string; readonly troubles: readonly Trouble[] }[] = targets.map(
  (target) => ({
    target: target.name,
    troubles: [
      ...target.suffers.map((failure) => aimed(target, failure, false)),
      ...target.survives.map((failure) => aimed(target, failure, true)),
    ],
  }),
);

const event = (
  name: string,
  about: Pick<Trouble, 'moment' | 'scenarios' | 'mustSucceed'> & {
    readonly at?: string;
    readonly endsApplication?: boolean;
  },
  cause: Trouble['cause'],
): Trouble => ({ name, at: name, refusedPosts: 0, ...about, cause });

function failover(condition: string, moment: 'warm' | 'inside', mustSucceed: boolean): Trouble {
  const name = `the pool fails (${condition})${moment === 'inside' ? ' while watching' : ''}`;
  const scenarios = moment === 'inside' ? (['watch'] as const) : all;
  return {
    ...event(name, { moment, scenarios, mustSucceed, endsApplication: true }, async (stage) =>
      stage.control('pools/second', { condition }),
    ),
    needs: withSecondPool,
  };
}

const pollAnswer =
  (content: Readonly<Record<string, unknown>>, status = 200): Trouble['cause'] =>
  async (stage) =>
    stage.control('faults', {
      match: { method: 'GET', path: '/events' },
      status,
      ...written(content, stage.format),
    });

const warm = { moment: 'warm', scenarios: all, mustSucceed: true } as const;
const ending = { ...warm, endsApplication: true } as const;
const inside = { moment: 'inside', scenarios: ['watch'], mustSucceed: false } as const;
const onPoll = { at: 'the P-GET', moment: 'warm', scenarios: listening, mustSucceed: true } as const;
const onPollInside = { ...onPoll, at: 'the P-GET while watching', moment: 'inside', scenarios: ['watch'] } as const;

/** What a server does to a session by itself. */
export const events: readonly Trouble[] = [
  event('tokens expire during the P-GET', warm, async (stage) => stage.control('tokens/expire')),
  event('tokens expire while watching', { ...inside, mustSucceed: true }, async (stage) =>
    stage.control('tokens/expire'),
  ),
  event('the application expires', ending, async (stage) => stage.control('applications/expire')),
  event('the application expires while watching', inside, async (stage) => stage.control('applications/expire')),
  event('resume', warm, async (stage) =>
    stage.untilState('resume', async () => stage.control('applications/silence', { minutes: 6 })),
  ),
  event('resume while watching', inside, async (stage) =>
    stage.untilState('resume', async () => stage.control('applications/silence', { minutes: 6 })),
  ),
  event('death by silence', ending, async (stage) => stage.control('applications/silence', { minutes: 16 })),
  event('resync, ack too high', onPoll, pollAnswer({ _links: { resync: { href: '?ack=999' } } })),
  event('resync, ack too low', onPoll, pollAnswer({ _links: { resync: { href: '?ack=1' } } })),
  event('resync while watching', onPollInside, pollAnswer({ _links: { resync: { href: '?ack=999' } } })),
  event('PGetReplaced', onPoll, pollAnswer({ code: 'Conflict', subcode: 'PGetReplaced' }, 409)),
  event('a P-GET that is not found', onPoll, pollAnswer({ code: 'NotFound', subcode: 'ApplicationNotFound' }, 404)),
  event('a package without links', onPoll, pollAnswer({ sender: [] })),
  {
    ...event('a request that takes longer than its limit', { ...warm, mustSucceed: false }, async (stage) =>
      stage.control('faults', {
        match: { path: '/(onlineMeetings|communication)/' },
        delayMs: 1.2 * impatience.requestMs,
      }),
    ),
    needsImpatience: true,
  },
  ...['closed', 'cannotRedirect', 'unavailable'].flatMap((condition) => [
    // A 503 may come after the effect, so that the client hands it on and goes to the other pool with the next call.
    failover(condition, 'warm', condition !== 'unavailable'),
    failover(condition, 'inside', false),
  ]),
  event(
    'redirects of the discovery root',
    { moment: 'start', scenarios: ['list'], mustSucceed: true },
    async (stage) => {
      const location = `${stage.simulator.origin}/Autodiscover/AutodiscoverService.svc/root`;
      await stage.control('faults', { match: { path: '^/$' }, status: 302, headers: { Location: location } });
    },
  ),
];

/** Links to where the client must not go. `foreign` is the origin of a listener that must not be asked. */
export function lures(foreign: string): readonly Trouble[] {
  const lure = (
    name: string,
    about: Pick<Trouble, 'moment' | 'scenarios'>,
    fault: Readonly<Record<string, unknown>> & { readonly says?: Readonly<Record<string, unknown>> },
  ): Trouble => {
    const { says, ...rest } = fault;
    const body = (stage: Stage): object =>
      says === undefined ? {} : written(says, about.moment === 'start' ? 'json' : stage.format);
    return event(name, { ...about, mustSucceed: false }, async (stage) =>
      stage.control('faults', { status: 200, ...rest, ...body(stage) }),
    );
  };
  const atStart = { moment: 'start', scenarios: ['list'] } as const;
  const entry = { moment: 'warm', scenarios: entering } as const;
  return [
    lure('a foreign user link', atStart, {
      match: { path: '^/$' },
      says: { _links: { user: { href: 'https://evil.example/user' } } },
    }),
    lure('a foreign redirect link', atStart, {
      match: { path: '/oauth/user' },
      says: { _links: { redirect: { href: 'https://evil.example/root' } } },
    }),
    lure('a foreign applications link', atStart, {
      match: { path: '/oauth/user' },
      says: { _links: { applications: { href: 'https://contoso.com.evil.example/applications' } } },
    }),
    lure('a foreign token endpoint', atStart, {
      match: { path: '/oauth/user' },
      status: 401,
      headers: { 'WWW-Authenticate': 'MsRtcOAuth href="https://evil.example/token",grant_type="password"' },
    }),
    lure('an application that lives elsewhere', atStart, {
      match: { method: 'POST', path: '/applications$' },
      status: 201,
      says: { _links: { self: { href: `${foreign}/app` }, events: { href: `${foreign}/app/events` } } },
    }),
    lure('a foreign next link', entry, {
      match: { path: '/events' },
      says: { _links: { next: { href: `${foreign}/events?ack=2` } } },
    }),
    lure('a foreign Location', entry, {
      match: { method: 'POST', path: '/communication/' },
      status: 201,
      headers: { Location: `${foreign}/invitations/1` },
    }),
    lure('a conversation that is elsewhere', entry, {
      match: { path: '/events' },
      says: foreignConversation(foreign),
    }),
    lure(
      'a meeting that is elsewhere',
      { moment: 'warm', scenarios: ['list', 'edit'] },
      {
        match: { method: 'GET', path: '/myOnlineMeetings' },
        says: {
          onlineMeetingId: 'EV1L',
          _links: { self: { href: `${foreign}/m/1` }, myOnlineMeeting: { href: `${foreign}/m/2` } },
        },
      },
    ),
  ];
}

function foreignConversation(foreign: string): Readonly<Record<string, unknown>> {
  const link = { rel: 'conversation', href: `${foreign}/conversations/1` };
  const events = [{ link, type: 'added' }];
  return { _links: { next: { href: '?ack=2' } }, sender: [{ rel: 'communication', href: `${foreign}/c`, events }] };
}
