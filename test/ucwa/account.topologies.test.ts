import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { type RunningSimulator, startSimulator, type Switches } from '../../src/simulator';
import {
  createUcwaAccount,
  type JoinedMeeting,
  type ModernCredentials,
  type ModernTokenRequest,
  type UcwaAccount,
  UcwaAuthenticationError,
  type UcwaCredentials,
  type UcwaFormat,
} from '../../src/ucwa';

import { anySignal, FastClock } from './support/pool';

const trustedIssuer = { issuer: 'https://sts.contoso.com/', key: 'a secret of this test alone' };
const authorizationUri = 'https://login.contoso.com/common/oauth2/authorize';
const tokenLifeMs = 3_600_000;

/** Somebody who is homed on the second pool where there is one. */
const mei = 'mei.tanaka@contoso.com';

interface Topology {
  readonly secondPool?: boolean;
  readonly switches?: Partial<Switches>;
  /** Which pools have to give a token. */
  readonly asked: readonly ('first' | 'second')[];
}

const topologies: readonly (readonly [string, Topology])[] = [
  ['one pool', { asked: ['first'] }],
  ['a director and a pool', { secondPool: true, asked: ['first', 'second'] }],
  [
    'a pool that wants to be named when it gives a ticket',
    { secondPool: true, switches: { requireTokenResource: true }, asked: ['first', 'second'] },
  ],
  [
    'a director that sends people to the root of their pool',
    { secondPool: true, switches: { userRedirect: true }, asked: ['first', 'second'] },
  ],
  [
    'a discovery host that sends everybody on',
    { secondPool: true, switches: { discovery: 'redirect' }, asked: ['second'] },
  ],
  [
    'token endpoints on the other pool',
    { secondPool: true, switches: { foreignTokenEndpoint: true }, asked: ['first', 'second'] },
  ],
  [
    'challenges that a proxy has joined, bare href, Windows beside',
    {
      secondPool: true,
      switches: { joinedChallenges: true, unquotedTokenHref: true, negotiateBeside: true },
      asked: ['first', 'second'],
    },
  ],
  [
    'guests kept apart, absolute hrefs',
    { secondPool: true, switches: { anonApplications: true, hrefForm: 'absolute' }, asked: ['first', 'second'] },
  ],
];

const kinds = ['password', 'modern', 'anonymous'] as const;
type Kind = (typeof kinds)[number];

const kindsAndFormats = kinds.flatMap((kind) => [[kind, 'json'] as const, [kind, 'xml'] as const]);

/** A pool or two, and whatever is needed to sign in there. */
class Deployment {
  readonly simulator: RunningSimulator;
  readonly clock: FastClock;
  readonly asked: ModernTokenRequest[] = [];
  readonly #open: UcwaAccount[] = [];

  private constructor(simulator: RunningSimulator, clock: FastClock) {
    this.simulator = simulator;
    this.clock = clock;
  }

  static async start({ secondPool = false, switches = {} }: Partial<Topology>): Promise<Deployment> {
    const clock = new FastClock();
    const offered = { authorizationUri, ...switches };
    const options = { timeScale: 0.01, clock, secondPool, trustedIssuer, switches: offered };
    return new Deployment(await startSimulator(options), clock);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#open.map(async (account) => account.close(anySignal()).catch(() => undefined)));
    await this.simulator.stop();
  }

  account(credentials: UcwaCredentials | readonly UcwaCredentials[], format: UcwaFormat = 'json'): UcwaAccount {
    const account = createUcwaAccount({
      format,
      server: { kind: 'root', rootUrl: this.simulator.rootUrl, sipDomain: this.simulator.sipDomain },
      credentials,
      application: { userAgent: 'Confer/1.0', endpointId: `endpoint-${String(this.#open.length)}`, culture: 'en-US' },
      clock: this.clock,
    });
    this.#open.push(account);
    return account;
  }

  get password(): UcwaCredentials {
    const person = this.simulator.company.people.find(({ uri }) => uri === `sip:${mei}`);
    return { kind: 'password', username: mei, password: async () => Promise.resolve(person?.password ?? '') };
  }

  get modern(): ModernCredentials {
    return {
      kind: 'modern',
      token: async (request) => {
        this.asked.push(request);
        const expiresAt = this.clock.now() + tokenLifeMs;
        const claims = { iss: trustedIssuer.issuer, aud: request.resource, upn: mei, exp: expiresAt / 1000 };
        return Promise.resolve({ token: signed(claims), expiresAt });
      },
    };
  }

  /** Credentials of one kind; a guest's are for a meeting that is made for it. */
  async credentials(kind: Kind): Promise<{ credentials: UcwaCredentials; conferenceUri: string }> {
    const organizer = this.account(this.password);
    const meeting = await organizer.meetings.create({ subject: 'Open house', accessLevel: 'Everyone' }, anySignal());
    await organizer.close(anySignal());
    const conferenceUri = meeting.onlineMeetingUri ?? '';
    const guest = { kind: 'anonymous', conferenceUri, displayName: 'Megan' } as const;
    return { credentials: { password: this.password, modern: this.modern, anonymous: guest }[kind], conferenceUri };
  }

  /** Makes every token useless that was given so far. */
  async endTokens(): Promise<void> {
    await fetch(`${this.simulator.origin}/_sim/tokens/expire`, { method: 'POST' });
    this.clock.offsetMs += tokenLifeMs + 1;
  }
}

/** A JSON Web Token, HS256. */
function signed(claims: Readonly<Record<string, unknown>>): string {
  const [head = '', payload = ''] = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${head}.${payload}.${createHmac('sha256', trustedIssuer.key).update(`${head}.${payload}`).digest('base64url')}`;
}

async function enter(account: UcwaAccount, kind: Kind, onlineMeetingUri: string): Promise<JoinedMeeting> {
  if (kind === 'anonymous') return account.joinOnlineMeeting({ onlineMeetingUri }, anySignal());
  assert.ok(
    (await account.meetings.list(anySignal())).some((meeting) => meeting.onlineMeetingUri === onlineMeetingUri),
  );
  return account.startOnlineMeeting({ subject: 'Now' }, anySignal());
}

describe('Signing in on every topology', () => {
  let deployment: Deployment | undefined;

  afterEach(async () => {
    await deployment?.stop();
    deployment = undefined;
  });

  for (const [name, topology] of topologies) {
    for (const [kind, format] of kindsAndFormats) {
      it(`works with ${name}, by ${kind}, in ${format}, and again when all tokens are over`, async () => {
        const site = (deployment = await Deployment.start(topology));
        const { credentials, conferenceUri } = await site.credentials(kind);
        const from = site.simulator.requests.length;
        const account = site.account(credentials, format);

        await (await enter(account, kind, conferenceUri)).leave(anySignal());
        await site.endTokens();
        await (await enter(account, kind, conferenceUri)).leave(anySignal());

        const seen = site.simulator.requests.slice(from);
        assert.deepEqual(
          seen.filter(({ status }) => status >= 500 || (status === 403 && kind !== 'modern')),
          [],
        );
        assert.equal(
          seen.some(({ path }) => path.startsWith('/WebTicket/')),
          kind !== 'modern',
        );
      });
    }

    it(`asks for one token per host with ${name}, with that host as audience`, async () => {
      const site = (deployment = await Deployment.start(topology));
      await site.account(site.modern).signIn(anySignal());

      const { origin, secondOrigin = '' } = site.simulator;
      const audiences = topology.asked.map((pool) => ({ first: origin, second: secondOrigin })[pool]);
      assert.deepEqual(
        site.asked,
        audiences.map((resource) => ({ resource, authorizationUri })),
      );
    });
  }

  describe('Where hosts offer different ways', () => {
    it('uses modern authentication where nothing else is offered, and the password where it comes first', async () => {
      const site = (deployment = await Deployment.start({ switches: { grants: [] } }));

      await site.account([site.password, site.modern]).signIn(anySignal());

      assert.equal(site.asked.length, 1);
      assert.ok(site.simulator.requests.every(({ path }) => !path.startsWith('/WebTicket/')));
    });

    it('takes the ticket of a password where modern authentication is not offered', async () => {
      const site = (deployment = await Deployment.start({
        switches: { authorizationUri: '', emptyAuthorizationUri: true },
      }));

      await site.account([site.modern, site.password]).signIn(anySignal());

      assert.equal(site.asked.length, 0);
    });

    for (const joinedChallenges of [false, true]) {
      it(`names Windows where it is all there is, ${joinedChallenges ? 'joined' : 'header by header'}`, async () => {
        const switches = { authorizationUri: '', grants: ['urn:microsoft.rtc:windows'], joinedChallenges };
        const site = (deployment = await Deployment.start({ switches: { ...switches, negotiateBeside: true } }));

        await assert.rejects(site.account([site.modern, site.password]).signIn(anySignal()), (error: unknown) => {
          assert.ok(error instanceof UcwaAuthenticationError);
          assert.match(
            error.message,
            /does not offer modern authentication or password; it offers Windows \(NTLM\/Negotiate\)$/,
          );
          assert.deepEqual(error.offeredGrants, ['urn:microsoft.rtc:windows']);
          return true;
        });
      });
    }
  });
});
