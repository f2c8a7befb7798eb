import assert from 'node:assert/strict';

import { UcwaMeetingGateway } from '../../../src/adapters/ucwa-meetings/ucwa-meeting-gateway';
import type { UrlRules } from '../../../src/adapters/ucwa-meetings/url-rules';
import { MeetingChangedError, MeetingProblem } from '../../../src/meetings/errors';
import {
  type JoinedMeeting,
  type MyOnlineMeeting,
  type UcwaAccount,
  UcwaClosedError,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
} from '../../../src/ucwa';
import { RecordingLogger } from '../../support/recording-logger';

const URI = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY';
const MARKER = 'ref 7K3M-Q2XP-0000-ZZZZ-1111';
const WISH = { marker: MARKER, tries: 1 };
const signal = new AbortController().signal;

function wire(over: Partial<MyOnlineMeeting> = {}): MyOnlineMeeting {
  return {
    ...{ id: 'IB88RLLY', href: 'https://pool.contoso.com/x', etag: '1', subject: 'Quarterly', description: '' },
    ...{ attendees: [], leaders: [], joinUrl: 'https://meet.contoso.com/confer/IB88RLLY', raw: { secret: 'guid' } },
    ...over,
  };
}

const JOINED: Omit<JoinedMeeting, 'watch' | 'control' | 'cancelJoin'> = {
  onlineMeeting: { attendees: [], leaders: [], onlineMeetingUri: URI, raw: {} },
  operationId: 'op',
  inLobby: false,
  admitted: async () => Promise.resolve(),
  someoneElseJoined: async () => Promise.resolve(),
  leave: async () => Promise.resolve(),
};

/** Whoever leads already needs no promotion. */
const ROLES = [
  { title: 'an attendee', role: 'Attendee', calls: ['3'] },
  { title: 'somebody whose role is not known', role: undefined, calls: ['3'] },
  { title: 'a leader', role: 'Leader', calls: [] },
] as const;

/** Ends of a call after which nobody knows how far it came. */
const OPEN = [
  [
    'when its time was over',
    new UcwaTransportError('The UCWA call', { kind: 'timeout', ambiguous: true, networkCode: 'not done' }),
  ],
  ['when the account was closed', new UcwaClosedError()],
  ['when the client does not know', new UcwaUnknownOutcomeError('?')],
] as const;

/** An account that answers from memory; a test replaces what it is about. */
function account(
  over: Record<string, unknown> = {},
  meetings: Record<string, unknown> = {},
  rules: Partial<UrlRules> = {},
) {
  const calls: unknown[][] = [];
  const answer =
    (name: string, value: unknown) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args.filter((arg) => arg !== signal)]);
      return Promise.resolve(value);
    };
  const fake = {
    signIn: async () => Promise.resolve({ name: 'Confer', uri: 'sip:confer@contoso.com', emailAddresses: [] }),
    meetings: {
      ...{ list: answer('list', [wire()]), get: answer('get', wire()), create: answer('create', wire()) },
      ...{ update: answer('update', wire({ etag: '2', subject: 'Q4' })), remove: answer('remove', undefined) },
      ...meetings,
    },
    ...{ eligibleValues: answer('eligible', undefined), defaultValues: answer('defaults', undefined) },
    ...{ policies: answer('policies', undefined), phoneDialInInformation: answer('dialIn', undefined) },
    assignedMeeting: answer('assigned', undefined),
    startOnlineMeeting: answer('start', JOINED),
    joinOnlineMeeting: answer('join', JOINED),
    resolveJoinUrl: answer('resolve', { onlineMeetingUri: URI }),
    ...over,
  };
  const log = new RecordingLogger();
  const urls = { meetHosts: ['meet.contoso.com'], domains: ['contoso.com'], localServer: undefined, ...rules };
  return { calls, log, gateway: new UcwaMeetingGateway({ account: fake as unknown as UcwaAccount, urls, log }) };
}

const rejecting = (error: Error) => async () => Promise.reject(error);

describe('UcwaMeetingGateway', () => {
  it('writes over the very meeting it read, so that nothing unknown is lost', async () => {
    const { gateway, calls } = account();
    const current = await gateway.get('IB88RLLY', signal);

    const saved = await gateway.update(current, { subject: 'Q4', access: 'locked' }, signal);

    assert.deepEqual(calls, [
      ['get', 'IB88RLLY'],
      ['update', wire(), { subject: 'Q4', accessLevel: 'Locked' }],
    ]);
    assert.deepEqual([saved.subject, saved.version], ['Q4', '2']);
  });

  it('can write over what it wrote without reading again', async () => {
    const { gateway, calls } = account();
    const saved = await gateway.update(await gateway.get('IB88RLLY', signal), { subject: 'Q4' }, signal);

    await gateway.update(saved, { subject: 'Q5' }, signal);

    assert.deepEqual(
      calls.map(([name]) => name),
      ['get', 'update', 'update'],
    );
  });

  it('reads a meeting of the list before it writes, and refuses when it changed since', async () => {
    const { gateway, calls } = account({}, { get: async () => Promise.resolve(wire({ etag: '9' })) });
    const [listed] = await gateway.list(signal);
    assert.ok(listed);

    await assert.rejects(gateway.update(listed, { subject: 'Q4' }, signal), MeetingChangedError);

    assert.equal(
      calls.some(([name]) => name === 'update'),
      false,
    );
  });

  it('makes a meeting with its marker, which people do not see', async () => {
    const created = wire({ description: `Bring numbers\n\n${MARKER}` });
    const sent: unknown[] = [];
    const create = async (input: unknown) => Promise.resolve(sent.push(input) > 0 ? created : undefined);
    const { gateway } = account({}, { create });

    const made = await gateway.create({ subject: 'Q3', description: 'Bring numbers' }, MARKER, signal);

    assert.deepEqual(sent, [{ subject: 'Q3', description: `Bring numbers\n\n${MARKER}` }]);
    assert.equal(made.description, 'Bring numbers');
  });

  it('keeps the marker when the description changes, and when it does not', async () => {
    const { gateway, calls } = account(
      {},
      { get: async () => Promise.resolve(wire({ description: `Old\n\n${MARKER}` })) },
    );
    const current = await gateway.get('IB88RLLY', signal);

    await gateway.update(current, { description: 'New' }, signal);
    await gateway.update(current, { subject: 'Q4' }, signal);

    const changes = calls.filter(([name]) => name === 'update').map(([, , sent]) => sent);
    assert.deepEqual(changes, [{ description: `New\n\n${MARKER}` }, { subject: 'Q4' }]);
  });

  it('finds a meeting by its marker', async () => {
    const list = [
      wire({ id: 'A' }),
      wire({ id: 'B', description: MARKER }),
      wire({ id: 'C', description: `x ${MARKER}` }),
    ];
    const { gateway } = account({}, { list: async () => Promise.resolve(list) });

    const found = await gateway.findMarked(MARKER, signal);

    assert.deepEqual(
      found.map(({ id }) => id),
      ['B'],
    );
  });

  it('says that a meeting changed when the server says 412', async () => {
    const changed = new UcwaPreconditionFailedError('PUT /x', { status: 412, code: 'PreconditionFailed' });
    const { gateway } = account({}, { update: rejecting(changed) });
    const current = await gateway.get('IB88RLLY', signal);

    await assert.rejects(gateway.update(current, { subject: 'Q4' }, signal), MeetingChangedError);
  });

  it('lets no error of the client out', async () => {
    const error = new UcwaResponseError('GET /x', { status: 503, code: 'ServiceFailure' });
    const { gateway } = account(
      {
        ...{ startOnlineMeeting: rejecting(error), joinOnlineMeeting: rejecting(error), policies: rejecting(error) },
        ...{ resolveJoinUrl: rejecting(error), phoneDialInInformation: rejecting(error) },
      },
      { list: rejecting(error), get: rejecting(error), create: rejecting(error), remove: rejecting(error) },
    );

    for (const attempt of [
      gateway.list(signal),
      gateway.get('x', signal),
      gateway.create({ subject: 'x' }, MARKER, signal),
      gateway.remove('x', signal),
      gateway.options(signal),
      gateway.dialIn(signal),
      gateway.start('x', WISH, signal),
      gateway.join(URI, signal),
      gateway.resolveJoinUrl(new URL('https://meet.contoso.com/x'), signal),
    ]) {
      await assert.rejects(attempt, (thrown) => thrown instanceof MeetingProblem && thrown.code === 'server.busy');
    }
  });

  it('hands the reason of a cancelled call on as it is', async () => {
    const reason = new TypeError('stopping');
    const { gateway } = account({}, { list: rejecting(reason) });

    await assert.rejects(gateway.list(signal), (thrown) => thrown === reason);
  });

  it('starts with its own identifiers, and keeps the subject that the server does not repeat', async () => {
    const { gateway, calls } = account();

    const attendance = await gateway.start('Retro', WISH, signal);

    const [, input] = calls[0] ?? [];
    const { operationId, threadId, ...rest } = input as Record<string, string>;
    assert.deepEqual(rest, { subject: 'Retro', importance: 'Normal', leaveWhenGivenUp: false });
    assert.match(operationId ?? '', /^[0-9a-f]{32}$/u);
    assert.match(threadId ?? '', /^[0-9a-f]{32}$/u);
    assert.notEqual(operationId, threadId);
    assert.deepEqual([attendance.meeting.subject, attendance.meeting.id], ['Retro', 'IB88RLLY']);
  });

  it('starts the same wish with the same identifiers in every process, and a further request with another operation', async () => {
    const { gateway, calls } = account();

    for (const tries of [1, 1, 2]) await gateway.start('Retro', { ...WISH, tries }, signal);
    await gateway.start('Retro', { marker: 'ref ANOTHER', tries: 1 }, signal);

    const ids = calls.map(([, input]) => input as { operationId: string; threadId: string });
    assert.equal(new Set(ids.map(({ threadId }) => threadId)).size, 2);
    assert.equal(new Set(ids.map(({ operationId }) => operationId)).size, 3);
    assert.ok(!JSON.stringify(ids).includes('ref '), 'the marker is nobody else’s business');
  });

  it('finds what was started with a marker by its thread', async () => {
    const asked: string[] = [];
    const { gateway } = account({
      findJoinedMeeting: async (threadId: string) => {
        asked.push(threadId);
        return Promise.resolve(asked.length === 1 ? JOINED : undefined);
      },
      startOnlineMeeting: async ({ threadId = '' }) => {
        asked.push(threadId);
        return Promise.resolve(JOINED);
      },
    });

    const found = await gateway.findStarted(WISH.marker, signal);

    assert.equal(found?.meeting.id, 'IB88RLLY');
    assert.equal(await gateway.findStarted(WISH.marker, signal), undefined);
    await gateway.start('Retro', WISH, signal);
    assert.equal(new Set(asked).size, 1);
  });

  for (const [title, error] of OPEN) {
    it(`leaves open whether a meeting was made ${title}`, async () => {
      const { gateway } = account({ startOnlineMeeting: rejecting(error) }, { create: rejecting(error) });

      await assert.rejects(gateway.start('Retro', WISH, signal), { code: 'server.unknownOutcome' });
      await assert.rejects(gateway.create({ subject: 'X' }, MARKER, signal), { code: 'server.unknownOutcome' });
    });
  }

  for (const { role, calls, title } of ROLES) {
    it(`lets the owner lead who is in the meeting: ${title}`, async () => {
      const promoted: string[] = [];
      const roster = [
        { id: '1', uri: 'sip:lukas@contoso.com' },
        { id: '2' },
        { id: '3', uri: 'sip:Anna@contoso.com;gruu;opaque=x', role },
      ];
      const control = {
        roster: async () => Promise.resolve(roster),
        promote: async (id: string) => Promise.resolve(void promoted.push(id)),
      };
      const { gateway } = account({ startOnlineMeeting: async () => Promise.resolve({ ...JOINED, control }) });

      const attendance = await gateway.start('Retro', WISH, signal);

      assert.equal(await attendance.promote('anna@contoso.com', signal), 'leads');
      assert.equal(await attendance.promote('petra@contoso.com', signal), 'absent');
      assert.deepEqual(promoted, calls);
    });
  }

  it('asks a join page through the client, for that host only', async () => {
    const { gateway, calls } = account();

    const uri = await gateway.resolveJoinUrl(new URL('https://meet.contoso.com/confer/IB88RLLY'), signal);

    assert.equal(uri, URI);
    assert.deepEqual(calls, [
      ['resolve', 'https://meet.contoso.com/confer/IB88RLLY', { meetHosts: ['meet.contoso.com'] }],
    ]);
  });

  it('keeps the join link out of what is logged', async () => {
    const url = new URL('https://meet.contoso.com/confer/IB88RLLY');
    for (const error of [
      new UcwaNotFoundError(`GET ${url.href}`, { status: 404, code: 'NotFound' }),
      new UcwaResponseError(`GET ${url.href}`, { status: 503, code: 'ServiceUnavailable' }),
    ]) {
      const { gateway } = account({ resolveJoinUrl: rejecting(error) });

      await assert.rejects(gateway.resolveJoinUrl(url, signal), (thrown) => {
        assert.ok(thrown instanceof MeetingProblem);
        assert.match(String(thrown.cause), /GET https:\/\/meet\.contoso\.com: answered/u);
        return true;
      });
    }
  });

  it('says that no meeting is behind a link that the host does not know', async () => {
    const { gateway } = account({
      resolveJoinUrl: rejecting(new UcwaNotFoundError('GET', { status: 404, code: 'x' })),
    });

    await assert.rejects(gateway.resolveJoinUrl(new URL('https://meet.contoso.com/x'), signal), {
      code: 'join.notAMeeting',
    });
  });

  for (const kind of ['dns', 'refused', 'timeout'] as const) {
    it(`names the host of a link that does not answer (${kind}): the server may be well`, async () => {
      const failure = { kind, ambiguous: true, networkCode: 'ENOTFOUND' };
      const { gateway } = account({ resolveJoinUrl: rejecting(new UcwaTransportError('GET', failure)) });

      await assert.rejects(gateway.resolveJoinUrl(new URL('https://meet.contoso.com/x'), signal), {
        code: 'join.noAnswer',
        facts: { host: 'meet.contoso.com' },
      });
    });
  }

  it('A-23: does not show a join URL of a foreign host, and logs that without the URL', async () => {
    const { gateway, log } = account(
      {},
      { get: async () => Promise.resolve(wire({ joinUrl: 'https://evil.example/s' })) },
    );

    const { joinUrl } = await gateway.get('IB88RLLY', signal);

    assert.equal(joinUrl, undefined);
    assert.equal(log.of('joinUrl.refused').length, 1);
    assert.doesNotMatch(JSON.stringify(log.records), /evil/u);
  });

  it('asks of this machine only what the server is or links to', async () => {
    const page = new URL('http://127.0.0.1:7000/confer/IB88RLLY');
    const list = async () => Promise.resolve([wire({ joinUrl: page.href })]);
    const { gateway } = account({}, { list }, { localServer: '127.0.0.1:4010' });

    const before = gateway.isMeetingHost(page);
    await gateway.list(signal);

    assert.deepEqual([before, gateway.isMeetingHost(page)], [false, true]);
    assert.equal(gateway.isMeetingHost(new URL('http://127.0.0.1:7001/confer/IB88RLLY')), false);
  });

  it('calls nothing gone when no meeting in particular was asked for', async () => {
    const missing = rejecting(new UcwaNotFoundError('GET /x', { status: 404, code: 'NotFound' }));
    const { gateway } = account({ startOnlineMeeting: missing }, { list: missing, create: missing });

    for (const work of [
      gateway.list(signal),
      gateway.create({ subject: 'X' }, MARKER, signal),
      gateway.start('X', WISH, signal),
    ]) {
      await assert.rejects(work, { code: 'server.failed' });
    }
  });

  it('joins with everything the protocol lets it say', async () => {
    const { gateway, calls } = account();

    await gateway.join(URI, signal);

    const [[, input] = []] = calls as [string, Record<string, string>][];
    assert.deepEqual([input?.onlineMeetingUri, input?.importance], [URI, 'Normal']);
    assert.match(`${String(input?.operationId)} ${String(input?.threadId)}`, /^[0-9a-f]{32} [0-9a-f]{32}$/u);
  });
});
