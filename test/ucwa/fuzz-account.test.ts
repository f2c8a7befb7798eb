import * as fc from 'fast-check';

import { type UcwaAccount, UcwaError } from '../../src/ucwa';

import { damaged, holdsInTime, patienceMs, scratched } from './support/fuzz';
import { acceptMeetings, MeetingEvents } from './support/packages';
import { FastClock, type Pool, type Reply, wireMeeting, withAccount } from './support/pool';
import { toXml } from './support/xml-form';

const xmlType = 'application/vnd.microsoft.com.ucwa+xml';
const formats = ['json', 'xml'] as const;
type Format = (typeof formats)[number];
type Body = Readonly<Record<string, unknown>>;

/** The bodies that a pool answers with, by route, and whether they are JSON whatever was asked for. */
function bodiesOf(pool: Pool): readonly (readonly [route: string, body: Body, alwaysJson?: 'json'])[] {
  const events = new MeetingEvents(pool, 'operation');
  const collection = { _embedded: { myOnlineMeeting: [wireMeeting(pool)] }, _links: { self: { href: '/my' } } };
  const eventPackage = { _links: { next: { href: `${pool.app}/events?ack=2` } }, sender: events.success() };
  return [
    ['GET /', { _links: { user: { href: `${pool.origin}/user` } } }, 'json'],
    ['POST /token', { access_token: pool.token, expires_in: 28_800, token_type: 'Bearer' }, 'json'],
    ['GET /user', { _links: { applications: { href: `${pool.origin}/apps`, revision: '2' } } }, 'json'],
    ['POST /apps', pool.application()],
    [`GET ${pool.app}/my`, collection],
    [`POST ${pool.app}/my`, wireMeeting(pool)],
    [`GET ${pool.app}/my/7QX2MZ4K`, wireMeeting(pool)],
    [`PUT ${pool.app}/my/7QX2MZ4K`, wireMeeting(pool)],
    [`POST ${pool.app}/start`, { rel: 'onlineMeetingInvitation', _links: { self: { href: events.invitation } } }],
    [`GET ${pool.app}/events`, eventPackage],
    [`GET ${events.conversation}/onlineMeeting`, { joinUrl: 'https://meet.contoso.com/annab/7QX2MZ4K' }],
  ];
}

/** A pool that answers everything, and for each route what is wrong with its body at the first request. */
async function useDamaged(format: Format, damage: { readonly route: number; readonly seed: number }): Promise<void> {
  const options = { format, clock: new FastClock(), timeouts: { requestMs: 200, operationMs: 400 } };
  await withAccount(async (pool, account) => {
    const events = new MeetingEvents(pool, 'operation');
    acceptMeetings(pool, events);
    pool.push(events.success());
    const bodies = bodiesOf(pool);
    for (const [route, body] of bodies.slice(4, 8)) pool.on(route, { json: body });
    const [route = '', body = {}, fixed = format] = bodies[damage.route % bodies.length] ?? [];
    pool.once(route, damagedReply(body, fixed, damage.seed));
    await useAll(account);
  }, options);
}

function damagedReply(body: Body, format: Format, seed: number): Reply {
  const [text] =
    format === 'xml'
      ? fc.sample(scratched(toXml(body), ['<', '>', '"', '&', '</resource>', '<resource rel="x">']), {
          seed,
          numRuns: 1,
        })
      : fc.sample(damaged(body), { seed, numRuns: 1 });
  return { headers: { 'content-type': format === 'xml' ? xmlType : 'application/json' }, text: text ?? '' };
}

/** Does one of everything; only what the client names may go wrong. */
async function useAll(account: UcwaAccount): Promise<void> {
  const signal = AbortSignal.timeout(4_000);
  const tries: readonly (() => Promise<unknown>)[] = [
    async () => account.meetings.list(signal),
    async () => account.meetings.create({ subject: 'Budget sync' }, signal),
    async () => {
      const meeting = await account.meetings.get('7QX2MZ4K', signal);
      await account.meetings.update(meeting, { subject: 'Moved' }, signal);
    },
    async () => account.startOnlineMeeting({ operationId: 'operation' }, signal),
    async () => account.close(signal),
  ];
  for (const attempt of tries) {
    await attempt().catch((error: unknown) => {
      if (!(error instanceof UcwaError)) throw error;
    });
  }
}

describe('An account whose pool says something damaged', () => {
  for (const format of formats) {
    it(`fails with an error of its own or not at all, in ${format}`, async () => {
      await holdsInTime(
        fc.asyncProperty(fc.record({ route: fc.nat(10), seed: fc.nat() }), async (damage) =>
          useDamaged(format, damage),
        ),
      );
    }).timeout(patienceMs);
  }
});
