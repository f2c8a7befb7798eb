import assert from 'node:assert/strict';

import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../src/simulator';
import {
  type AnonymousCredentials,
  createUcwaAccount,
  type UcwaAccount,
  UcwaAuthenticationError,
  UcwaNotEnabledError,
  UcwaOperationFailedError,
  UcwaResponseError,
} from '../../src/ucwa';

import { anySignal, FastClock, inputOf, type Pool, withAccount } from './support/pool';

const conferenceUri = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const unknownUri = conferenceUri.replace('7QX2', 'AAAA');
const megan: AnonymousCredentials = { kind: 'anonymous', conferenceUri, displayName: 'Megan (Fabrikam)' };

type Fields = Readonly<Record<string, string>>;

describe('A guest of one meeting', () => {
  describe('at the token endpoint', () => {
    let clock: FastClock;

    beforeEach(() => {
      clock = new FastClock();
    });

    /** An account of a guest on a pool whose ticket for guests is told by its number. */
    async function withGuest(
      test: (pool: Pool, account: UcwaAccount) => Promise<void>,
      credentials: AnonymousCredentials = megan,
    ): Promise<void> {
      await withAccount(
        async (pool, account) => {
          pool.challenges = [
            `MsRtcOAuth href="${pool.origin}/token",grant_type="urn:microsoft.rtc:anonmeeting,password"`,
          ];
          pool.on('POST /token', () => {
            pool.token = `cwt=SECRET-GUEST-${String(pool.count('POST /token'))}`;
            return { json: { access_token: pool.token, expires_in: 3600 } };
          });
          await test(pool, account);
        },
        { credentials, clock },
      );
    }

    function posted(pool: Pool): Fields[] {
      return pool.requests
        .filter(({ path }) => path === '/token')
        .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    }

    const grant: Fields = {
      grant_type: 'urn:microsoft.rtc:anonmeeting',
      password: '7QX2MZ4K',
      ms_rtc_conferenceuri: conferenceUri,
    };

    it('shows conference and key, percent-encoded, and looks for no schedule', async () => {
      await withGuest(async (pool, account) => {
        await account.signIn(anySignal());

        assert.deepEqual(posted(pool), [grant]);
        const encoded = 'sip%3Aconfer%40contoso.com%3Bgruu%3Bopaque%3Dapp%3Aconf%3Afocus%3Aid%3A7QX2MZ4K';
        assert.ok(pool.last('POST /token').body.includes(`ms_rtc_conferenceuri=${encoded}`));
        assert.deepEqual(pool.commands(), ['GET /', 'GET /user', 'POST /token', 'GET /user', 'POST /apps']);
      });
    });

    it('shows the key that the caller gives, and a URI without blanks', async () => {
      await withGuest(
        async (pool, account) => {
          await account.signIn(anySignal());

          assert.deepEqual(posted(pool), [{ ...grant, password: 'OTHERKEY' }]);
        },
        { ...megan, conferenceUri: conferenceUri.replace('sip:', 'sip : '), conferenceId: 'OTHERKEY' },
      );
    });

    it('shows nothing when no key is known', async () => {
      await withGuest(
        async (pool, account) => {
          await assert.rejects(
            account.signIn(anySignal()),
            (error: unknown) => error instanceof UcwaAuthenticationError && error.reason === 'invalid_grant',
          );
          assert.deepEqual(posted(pool), []);
        },
        { ...megan, conferenceUri: 'sip:confer@contoso.com' },
      );
    });

    it('renews the ticket before its end', async () => {
      await withGuest(async (pool, account) => {
        await account.signIn(anySignal());
        clock.offsetMs = 56 * 60_000;

        await account.meetings.list(anySignal());

        assert.deepEqual(posted(pool), [
          grant,
          { grant_type: 'urn:microsoft.rtc:anonmeeting', ms_rtc_renew: 'cwt=SECRET-GUEST-1' },
        ]);
        assert.ok(pool.last('POST /token').body.endsWith('ms_rtc_renew=cwt%3DSECRET-GUEST-1'));
        assert.equal(pool.last(`GET ${pool.app}/my`).headers.authorization, 'Bearer cwt=SECRET-GUEST-2');
      });
    });

    for (const [name, reply] of [
      ['invalid_grant', { status: 400, json: { error: 'invalid_grant' } }],
      ['invalid_request', { status: 400, json: { error: 'invalid_request' } }],
    ] as const) {
      it(`comes as a new guest when the renewal is answered with ${name}`, async () => {
        await withGuest(async (pool, account) => {
          await account.signIn(anySignal());
          clock.offsetMs = 56 * 60_000;
          pool.once('POST /token', reply);

          await account.meetings.list(anySignal());

          assert.deepEqual(
            posted(pool).map(({ ms_rtc_renew: renewed }) => renewed !== undefined),
            [false, true, false],
          );
        });
      });
    }

    it('does not try to renew a ticket that is over or refused', async () => {
      await withGuest(async (pool, account) => {
        await account.signIn(anySignal());
        clock.offsetMs = 61 * 60_000;
        await account.meetings.list(anySignal());
        pool.token = 'cwt=none of these';
        await account.meetings.list(anySignal());

        assert.deepEqual(posted(pool), [grant, grant, grant]);
      });
    });

    it('says the name of the guest when joining, and the conference', async () => {
      await withGuest(async (pool, account) => {
        pool.on(`POST ${pool.app}/join`, { status: 403, json: { code: 'Forbidden', subcode: 'None' } });

        await assert.rejects(
          account.joinOnlineMeeting({ onlineMeetingUri: conferenceUri, operationId: 'op' }, anySignal()),
          (error: unknown) => error instanceof UcwaResponseError && error.status === 403 && error.subcode === 'None',
        );
        assert.deepEqual(inputOf(pool.last(`POST ${pool.app}/join`)), {
          anonymousDisplayName: 'Megan (Fabrikam)',
          onlineMeetingUri: conferenceUri,
          operationId: 'op',
        });
      });
    });

    it('says no such name for a person', async () => {
      await withAccount(async (pool, account) => {
        pool.on(`POST ${pool.app}/join`, { status: 403, json: { code: 'Forbidden', subcode: 'None' } });

        await assert.rejects(account.joinOnlineMeeting({ onlineMeetingUri: conferenceUri }, anySignal()));

        assert.equal('anonymousDisplayName' in inputOf(pool.last(`POST ${pool.app}/join`)), false);
      });
    });
  });

  describe('on the simulator', () => {
    async function onSimulator(
      test: (account: UcwaAccount, simulator: RunningSimulator, clock: FastClock) => Promise<void>,
      options: SimulatorOptions = {},
      credentials: AnonymousCredentials = megan,
    ): Promise<void> {
      const clock = new FastClock();
      const simulator = await startSimulator({ timeScale: 0.01, clock, ...options });
      const account = createUcwaAccount({
        server: { kind: 'root', rootUrl: simulator.rootUrl, sipDomain: simulator.sipDomain },
        credentials,
        application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-guest', culture: 'en-US' },
        clock,
      });
      try {
        await test(account, simulator, clock);
      } finally {
        await account.close(anySignal()).catch(() => undefined);
        await simulator.stop();
      }
    }

    const open = {};

    async function peopleIn(simulator: RunningSimulator, id: string): Promise<string[]> {
      const state = (await (await fetch(`${simulator.origin}/_sim/state`)).json()) as {
        meetings: { onlineMeetingId: string; participants: { uri: string }[] }[];
      };
      const meeting = state.meetings.find(({ onlineMeetingId }) => onlineMeetingId === id);
      return (meeting?.participants ?? []).map(({ uri }) => uri);
    }

    it('signs in, but has neither schedule nor a meeting to start', async () => {
      await onSimulator(async (account) => {
        const me = await account.signIn(anySignal());

        assert.match(me.uri, /^sip:guest-.*@anonymous\.invalid$/);
        const isScheduling = (error: unknown): boolean =>
          error instanceof UcwaNotEnabledError && error.feature === 'scheduling';
        await assert.rejects(account.meetings.list(anySignal()), isScheduling);
        await assert.rejects(account.meetings.create({ subject: 'x' }, anySignal()), isScheduling);
        await assert.rejects(account.meetings.get('7QX2MZ4K', anySignal()), isScheduling);
        await assert.rejects(account.meetings.remove('7QX2MZ4K', anySignal()), isScheduling);
        assert.equal(await account.policies(anySignal()), undefined);
        assert.equal(await account.assignedMeeting(anySignal()), undefined);
        await assert.rejects(
          account.startOnlineMeeting({}, anySignal()),
          (error: unknown) => error instanceof UcwaNotEnabledError && error.feature === 'conversations',
        );
      }, open);
    });

    for (const [place, id, inLobby] of [
      ['a meeting open to everyone', 'K4W8T1NB', false],
      ['the lobby of a meeting of the company', 'M2F5YX8J', true],
    ] as const) {
      it(`gets into ${place}, and leaves it`, async () => {
        const uri = conferenceUri.replace('7QX2MZ4K', id);
        await onSimulator(
          async (account, simulator) => {
            const me = await account.signIn(anySignal());
            const joined = await account.joinOnlineMeeting({ onlineMeetingUri: uri }, anySignal());

            assert.equal(joined.inLobby, inLobby);
            assert.deepEqual(await peopleIn(simulator, id), [me.uri]);
            await joined.leave(anySignal());
            assert.deepEqual(await peopleIn(simulator, id), []);
          },
          open,
          { ...megan, conferenceUri: uri },
        );
      });
    }

    it('is sent to anonApplications where the pool keeps guests apart', async () => {
      await onSimulator(
        async (account, simulator) => {
          await account.signIn(anySignal());

          assert.ok(
            simulator.requests.some(({ method, path }) => method === 'POST' && path === '/ucwa/psanon/v1/applications'),
          );
        },
        { switches: { anonApplications: true } },
      );
    });

    it('stays the same guest for two hours', async () => {
      await onSimulator(async (account, simulator, clock) => {
        const before = await account.signIn(anySignal());
        for (const minutes of [56, 112, 120]) {
          clock.offsetMs = minutes * 60_000;
          await assert.rejects(account.meetings.list(anySignal()), UcwaNotEnabledError);
        }

        const after = await account.signIn(anySignal());
        const tickets = simulator.requests.filter(({ path }) => path === '/WebTicket/oauthtoken');
        assert.equal(after.uri, before.uri);
        assert.deepEqual(
          tickets.map(({ status }) => status),
          [200, 200, 200],
        );
      });
    });

    it('cannot join another meeting', async () => {
      await onSimulator(async (account) => {
        const other = conferenceUri.replace('7QX2MZ4K', 'AAAAAAAA');

        await assert.rejects(
          account.joinOnlineMeeting({ onlineMeetingUri: other }, anySignal()),
          (error: unknown) =>
            error instanceof UcwaResponseError &&
            !(error instanceof UcwaOperationFailedError) &&
            error.status === 403 &&
            error.subcode === 'None',
        );
      });
    });

    for (const [name, wrong] of [
      ['no conference knows the URI', { ...megan, conferenceUri: unknownUri }],
      ['the key is wrong', { ...megan, conferenceId: 'WRONGKEY' }],
    ] as const) {
      it(`is told so when ${name}`, async () => {
        await onSimulator(
          async (account) => {
            await assert.rejects(account.signIn(anySignal()), (error: unknown) => {
              assert.ok(error instanceof UcwaAuthenticationError);
              assert.equal(error.code, 'authentication.invalid-grant');
              assert.match(error.message, /knows no such meeting, or another key for it/);
              return true;
            });
          },
          open,
          wrong,
        );
      });
    }
  });
});
