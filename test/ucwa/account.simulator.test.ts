import assert from 'node:assert/strict';
import { request } from 'node:http';

import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../../src/simulator';
import {
  createUcwaAccount,
  type JoinedMeeting,
  type StateInfo,
  type UcwaAccount,
  type UcwaAccountOptions,
  UcwaAuthenticationError,
  UcwaConversationEndedError,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaUnknownOutcomeError,
} from '../../src/ucwa';

import { anySignal } from './support/pool';

const inOneDay = (): Date => new Date(Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000);

type SimulatorTest = (account: UcwaAccount, simulator: RunningSimulator) => Promise<void>;

/** Runs `test` with a simulator and an account of its demo user, and ends both. */
async function runOnSimulator(
  options: SimulatorOptions,
  test: SimulatorTest,
  changes: Partial<UcwaAccountOptions>,
): Promise<void> {
  const simulator = await startSimulator({ timeScale: 0.01, ...options });
  const account = createUcwaAccount({
    server: { kind: 'root', rootUrl: simulator.rootUrl, sipDomain: simulator.sipDomain },
    credentials: credentialsOn(simulator, options.secondPool === true),
    application: { userAgent: 'Confer/1.0', endpointId: 'endpoint-1', culture: 'en-US' },
    ...changes,
  });
  try {
    await test(account, simulator);
  } finally {
    await account.close(anySignal()).catch(() => undefined);
    await simulator.stop();
  }
}

/** The demo account, or somebody who is homed on the second pool. */
function credentialsOn(simulator: RunningSimulator, isSecondPool: boolean): UcwaAccountOptions['credentials'] {
  const guest = simulator.company.people.find(({ secondPool }) => isSecondPool && secondPool === true);
  const { username, password } =
    guest === undefined ? simulator.demoAccount : { username: guest.uri.replace('sip:', ''), password: guest.password };
  return { kind: 'password', username, password: async () => Promise.resolve(password) };
}

async function control(simulator: RunningSimulator, path: string, body: unknown = {}): Promise<number> {
  const content = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
  return new Promise((resolve, reject) => {
    request(`${simulator.origin}/_sim/${path}`, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .on('error', reject)
      .end(content);
  });
}

function commandsSince(simulator: RunningSimulator, from: number): string[] {
  return simulator.requests
    .slice(from)
    .filter(({ path }) => !path.includes('/events') && !path.includes('/_sim/'))
    .map(({ method }) => method);
}

const variants: [string, SimulatorOptions][] = [
  ['one pool', {}],
  ['two pools', { secondPool: true }],
  ['a user sent to another pool', { secondPool: true, switches: { userRedirect: true } }],
  ['a redirecting root', { secondPool: true, switches: { discovery: 'redirect' } }],
  [
    'hrefs of the reference pages',
    { switches: { pathStyle: 'reference', hrefForm: 'double-slash', unquotedTokenHref: true } },
  ],
  ['absolute hrefs and a key in the events URL', { switches: { hrefForm: 'absolute', eventsKey: true } }],
  ['started before the 201', { switches: { startedBefore201: true, splitSenders: true } }],
  ['only completed', { switches: { onlyCompleted: true } }],
  ['events without content', { switches: { eventsWithoutEmbedded: true } }],
  [
    'links only, 200 for a creation, 204 for a PUT',
    { switches: { linksOnlyCollection: true, createStatus200: true, putStatus204: true } },
  ],
];

for (const format of ['json', 'xml'] as const) {
  const withSimulator = async (
    options: SimulatorOptions,
    test: SimulatorTest,
    changes: Partial<UcwaAccountOptions> = {},
  ): Promise<void> => runOnSimulator(options, test, { format, ...changes });

  describe(`An account on the simulator, in ${format}`, () => {
    for (const [name, options] of variants) {
      it(`schedules, edits, lists, starts, joins and removes with ${name}`, async () => {
        await withSimulator(options, async (account) => {
          const expirationTime = inOneDay();
          const made = await account.meetings.create(
            { subject: 'Budget sync', description: 'Q1', expirationTime },
            anySignal(),
          );
          assert.deepEqual(made.expirationTime, expirationTime);
          assert.ok((await account.meetings.list(anySignal())).some(({ id }) => id === made.id));

          const current = await account.meetings.get(made.id, anySignal());
          const edited = await account.meetings.update(current, { subject: 'Budget sync (moved)' }, anySignal());
          assert.equal(edited.subject, 'Budget sync (moved)');
          assert.equal(edited.description, 'Q1');
          assert.notEqual(edited.etag, current.etag);

          const started = await account.startOnlineMeeting({ subject: 'Now' }, anySignal());
          assert.match(started.onlineMeeting.joinUrl ?? '', /^http/);
          await started.leave(anySignal());

          const joined = await account.joinOnlineMeeting(
            { onlineMeetingUri: made.onlineMeetingUri ?? '' },
            anySignal(),
          );
          assert.equal(joined.onlineMeeting.joinUrl, made.joinUrl);
          await joined.leave(anySignal());

          await account.meetings.remove(made.id, anySignal());
          await assert.rejects(account.meetings.get(made.id, anySignal()), UcwaNotFoundError);
        });
      });
    }

    it('needs one request to create, two to edit, one to list, once it is warm', async () => {
      await withSimulator({}, async (account, simulator) => {
        await account.signIn(anySignal());
        const count = async (work: () => Promise<unknown>): Promise<string[]> => {
          const from = simulator.requests.length;
          await work();
          return commandsSince(simulator, from);
        };
        const created: string[] = [];
        const create = async (): Promise<unknown> => created.push((await account.meetings.create({}, anySignal())).id);
        const edit = async (): Promise<unknown> =>
          account.meetings.update(
            await account.meetings.get(created[0] ?? '', anySignal()),
            { subject: 'x' },
            anySignal(),
          );

        assert.deepEqual(await count(create), ['POST']);
        assert.deepEqual(await count(edit), ['GET', 'PUT']);
        assert.deepEqual(await count(async () => account.meetings.list(anySignal())), ['GET']);
      });
    });

    it('resolves a join URL and joins what it finds', async () => {
      await withSimulator({}, async (account, simulator) => {
        const meeting = await account.meetings.create({ subject: 'By URL' }, anySignal());
        const meetHosts = [new URL(simulator.origin).host];

        const { onlineMeetingUri } = await account.resolveJoinUrl(meeting.joinUrl ?? '', { meetHosts }, anySignal());

        assert.equal(onlineMeetingUri, meeting.onlineMeetingUri);
        const gone = `${simulator.origin}/meet/nobody/NOTHERE1`;
        await assert.rejects(account.resolveJoinUrl(gone, { meetHosts }, anySignal()), UcwaNotFoundError);
      });
    });

    it('cannot join a meeting that is gone', async () => {
      await withSimulator({}, async (account) => {
        const onlineMeetingUri = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:NOTHERE1';
        await assert.rejects(
          account.joinOnlineMeeting({ onlineMeetingUri }, anySignal()),
          (error: unknown) => error instanceof UcwaNotFoundError && error.subcode === 'DestinationNotFound',
        );
      });
    });

    it('knows when somebody else has joined', async () => {
      await withSimulator({}, async (account, simulator) => {
        const joined = await account.startOnlineMeeting({ subject: 'Company' }, anySignal());
        const waiting = joined.someoneElseJoined(anySignal());

        const onlineMeetingId = idOf(joined);
        const person = simulator.company.people.find(({ account: name }) => name !== 'confer')?.uri ?? '';
        assert.ok((await control(simulator, `people/${person}/join`, { onlineMeetingId })) < 300);

        await waiting;
      });
    });

    it('loses its meetings with the application, and makes a new one', async () => {
      await withSimulator({}, async (account, simulator) => {
        const joined = await account.startOnlineMeeting({ subject: 'Lost' }, anySignal());
        const waiting = joined.someoneElseJoined(anySignal());
        await control(simulator, 'applications/expire');

        await assert.rejects(waiting, UcwaConversationEndedError);
        assert.ok((await account.meetings.list(anySignal())).length > 0);
      });
    });

    it('gets a new token when all tokens have expired', async () => {
      await withSimulator({}, async (account, simulator) => {
        await account.signIn(anySignal());
        await control(simulator, 'tokens/expire');

        assert.ok((await account.meetings.list(anySignal())).length > 0);
      });
    });

    it('meets 412 when somebody changed the meeting meanwhile', async () => {
      await withSimulator({}, async (account, simulator) => {
        const meeting = await account.meetings.create({ subject: 'Mine' }, anySignal());
        await control(simulator, `meetings/${meeting.id}/touch`, { subject: 'Theirs' });

        await assert.rejects(
          account.meetings.update(meeting, { subject: 'Ours' }, anySignal()),
          UcwaPreconditionFailedError,
        );
        assert.equal((await account.meetings.get(meeting.id, anySignal())).subject, 'Theirs');
      });
    });

    it('makes one meeting when the answer to its creation is lost', async () => {
      await withSimulator({}, async (account, simulator) => {
        await account.signIn(anySignal());
        await control(simulator, 'faults', {
          match: { method: 'POST', path: '/myOnlineMeetings$' },
          times: 1,
          cut: 'after',
        });

        const made = await account.meetings.create({ subject: 'Only once' }, anySignal());

        const all = await account.meetings.list(anySignal());
        assert.deepEqual(
          all.filter(({ subject }) => subject === 'Only once').map(({ id }) => id),
          [made.id],
        );
      });
    });

    it('does not make a meeting twice when the application dies after a creation with an open outcome', async () => {
      await withSimulator({}, async (account, simulator) => {
        await account.signIn(anySignal());
        const path = '/myOnlineMeetings$';
        await control(simulator, 'faults', { match: { method: 'POST', path }, cut: 'after' });
        const body = JSON.stringify({ code: 'NotFound', subcode: 'ApplicationNotFound' });
        const gone = { status: 404, contentType: 'application/json', body };
        await control(simulator, 'faults', { match: { method: 'GET', path }, ...gone });
        await control(simulator, 'faults', { match: { method: 'GET', path: '/applications/\\d+$' }, ...gone });

        await assert.rejects(account.meetings.create({ subject: 'Only once' }, anySignal()), UcwaUnknownOutcomeError);

        const all = await account.meetings.list(anySignal());
        assert.equal(all.filter(({ subject }) => subject === 'Only once').length, 1);
      });
    });

    it('does not take the page of a proxy for a deletion', async () => {
      await withSimulator({}, async (account, simulator) => {
        const { id } = await account.meetings.create({}, anySignal());
        await control(simulator, 'faults', { match: { method: 'DELETE' }, status: 200, body: '<html></html>' });

        await assert.rejects(account.meetings.remove(id, anySignal()), UcwaProxyAnswerError);
        assert.equal((await account.meetings.get(id, anySignal())).id, id);
      });
    });

    it('leaves a meeting of which the event channel no longer tells', async () => {
      let tellLost: () => void = () => undefined;
      const lost = new Promise<void>((resolve) => {
        tellLost = resolve;
      });
      const onState = ({ state }: StateInfo): void => {
        if (state === 'event-channel-lost') tellLost();
      };
      await withSimulator(
        {},
        async (account, simulator) => {
          const joined = await account.startOnlineMeeting({}, anySignal());
          const body = JSON.stringify({ code: 'Forbidden' });
          const answer = { status: 403, contentType: 'application/json', body };
          await control(simulator, 'faults', { match: { path: '/events' }, ...answer });
          await control(simulator, 'people/lukas.holm@contoso.com/join', { onlineMeetingId: idOf(joined) });
          await lost;

          await joined.leave(anySignal());

          assert.ok(
            simulator.requests.some(({ method, path }) => method === 'DELETE' && path.includes('/conversations/')),
          );
        },
        { hooks: { onState } },
      );
    });

    it('closes although the application has expired with 410', async () => {
      const switches = { expiredApplicationStatus: 410 };
      await withSimulator({ switches }, async (account, simulator) => {
        await account.signIn(anySignal());
        await control(simulator, 'applications/expire');

        await account.close(anySignal());

        assert.equal(simulator.requests.at(-1)?.status, 410);
      });
    });

    it('does not know the outcome when the creation was cut before it was executed', async () => {
      const clock = { now: Date.now, sleep: async (): Promise<void> => Promise.resolve() };
      await withSimulator(
        {},
        async (account, simulator) => {
          await account.signIn(anySignal());
          await control(simulator, 'faults', {
            match: { method: 'POST', path: '/myOnlineMeetings$' },
            times: 1,
            cut: 'before',
          });

          await assert.rejects(account.meetings.create({ subject: 'Never' }, anySignal()), UcwaUnknownOutcomeError);
        },
        { clock },
      );
    });

    it('passes a range error on with the name of the property', async () => {
      await withSimulator({}, async (account) => {
        const expirationTime = new Date(Date.now() + 20 * 365 * 86_400_000);

        await assert.rejects(
          account.meetings.create({ expirationTime }, anySignal()),
          (error: unknown) =>
            error instanceof UcwaResponseError &&
            error.status === 400 &&
            error.parameters[0]?.name === 'expirationTime',
        );
      });
    });

    it('refuses a wrong password once', async () => {
      const credentials = {
        kind: 'password' as const,
        username: 'confer@contoso.com',
        password: async () => Promise.resolve('wrong'),
      };
      await withSimulator(
        {},
        async (account, simulator) => {
          await assert.rejects(account.signIn(anySignal()), UcwaAuthenticationError);
          await assert.rejects(account.signIn(anySignal()), UcwaAuthenticationError);

          assert.equal(simulator.requests.filter(({ path }) => path.includes('oauthtoken')).length, 1);
        },
        { credentials },
      );
    });

    it('reads the values a form needs', async () => {
      await withSimulator({}, async (account) => {
        assert.ok((await account.eligibleValues(anySignal()))?.accessLevels.includes('SameEnterprise') === true);
        assert.equal((await account.defaultValues(anySignal()))?.accessLevel, 'SameEnterprise');
        assert.equal((await account.policies(anySignal()))?.phoneUserAdmission, true);
        const dialIn = await account.phoneDialInInformation(anySignal());
        assert.equal(dialIn?.regions[0]?.name, dialIn?.defaultRegion);
        assert.match((await account.assignedMeeting(anySignal()))?.joinUrl ?? '', /^http/);
      });
    });
  });
}

function idOf(joined: JoinedMeeting): string {
  return /id:([A-Z\d]+)/i.exec(joined.onlineMeeting.onlineMeetingUri ?? '')?.[1] ?? '';
}
