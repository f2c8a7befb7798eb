import assert from 'node:assert/strict';

import type { JoinedMeeting, UcwaAccount } from '../../src/ucwa';

import { readExample } from './support/examples';
import { anySignal, type Pool, type Reply, withAccount } from './support/pool';

const meetingPath = '/v1/applications/833/onlineMeetings/myOnlineMeetings/810';
const operationId = '74cb7404e0a247d5a2d4eb0376a47dbf';

/** Makes the pool send the application, and what belongs to it, with the hrefs of one generation of the pages. */
function speak(pool: Pool, prefix: string): void {
  const link = (path: string): { href: string } => ({ href: `${prefix}${path}` });
  const application = {
    _links: { self: link(''), events: { href: `${pool.app}/events?ack=1` } },
    _embedded: {
      me: { uri: 'sip:bmauldin@contoso.com' },
      onlineMeetings: { _links: { myOnlineMeetings: link('/onlineMeetings/myOnlineMeetings') } },
      communication: {
        _links: {
          joinOnlineMeeting: link('/communication/joinOnlineMeeting'),
          startOnlineMeeting: link('/communication/startOnlineMeeting'),
        },
      },
    },
  };
  const path = prefix.replace('//', '/');
  pool.on('POST /apps', { status: 201, json: application });
  pool.on(`GET ${path}`, { json: application });
  pool.on(`DELETE ${path}`, { status: 204 });
}

/** The answer an example shows, quirks included. */
function replyOf(name: string): Reply {
  const example = readExample(name);
  const { location, etag } = example.headers;
  return {
    status: Number(example.startLine.split(' ')[1]),
    headers: { ...(location === undefined ? {} : { location }), ...(etag === undefined ? {} : { etag }) },
    ...(Object.keys(example.body).length === 0 ? {} : { json: example.body }),
  };
}

function complete(pool: Pool, invitation: string): void {
  const conversation = { href: '/conv/137' };
  const completed = {
    link: { rel: 'onlineMeetingInvitation', href: invitation },
    type: 'completed',
    status: 'Success',
    _embedded: { onlineMeetingInvitation: { state: 'Connected', _links: { conversation } } },
  };
  const meeting = {
    link: { rel: 'onlineMeeting', href: '/conv/137/onlineMeeting' },
    type: 'added',
    _embedded: { onlineMeeting: { joinUrl: 'https://meet.contoso.com/john/1' } },
  };
  pool.on('GET /conv/137', { json: { _links: {} } });
  pool.push([
    { rel: 'conversation', href: '/conv/137', events: [meeting] },
    { rel: 'communication', href: '/communication', events: [completed] },
  ]);
}

describe('The examples of the protocol pages', () => {
  for (const [generation, prefix, path] of [
    ['2015', '//v1/applications/833', '/v1/applications/833'],
    ['later', '/ucwa/v1/applications/192', '/ucwa/v1/applications/192'],
  ] as const) {
    it(`produces the start request of the ${generation} page and follows its Location`, async () => {
      await withAccount(async (pool, account) => {
        speak(pool, prefix);
        pool.on(`POST ${path}/communication/startOnlineMeeting`, replyOf(`start.${generation}.response`));
        complete(pool, readExample(`start.${generation}.response`).headers.location ?? '');
        const { body, startLine } = readExample(`start.${generation}.request`);

        const joined = await start(account, body);

        const sent = pool.last(`POST ${path}/communication/startOnlineMeeting`);
        assert.deepEqual(JSON.parse(sent.body), body);
        assert.equal(sent.headers['content-type'], 'application/json');
        assert.match(startLine, new RegExp(`${sent.path.replace('/v1', '.?/v1')} `));
        assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/john/1');
      });
    });

    it(`produces the join request of the ${generation} page and follows its Location`, async () => {
      await withAccount(async (pool, account) => {
        speak(pool, prefix);
        pool.on(`POST ${path}/communication/joinOnlineMeeting`, replyOf(`join.${generation}.response`));
        complete(pool, readExample(`join.${generation}.response`).headers.location ?? '');
        const { body } = readExample(`join.${generation}.request`);

        await account.joinOnlineMeeting({ ...textsOf(body), importance: 'Normal' }, anySignal());

        const sent = JSON.parse(pool.last(`POST ${path}/communication/joinOnlineMeeting`).body) as object;
        assert.deepEqual(sent, { ...body, onlineMeetingUri: 'sip:john@contoso.com' }); // never a blank after sip
      });
    });
  }

  it('decodes the meeting of the GET example, its double-slash hrefs and its bare ETag', async () => {
    await withAccount(async (pool, account) => {
      const meeting = await getExampleMeeting(pool, account);

      assert.equal(meeting.href, `${pool.origin}${meetingPath}`);
      assert.equal(meeting.etag, 'd831c13d-9649-4b30-8a29-979c6a86a447');
      assert.equal(meeting.id, 'IB88RLLY');
      assert.equal(meeting.subject, 'Quarterly sales numbers');
      assert.match(meeting.description, /^We'll be meeting/);
      assert.deepEqual(meeting.attendees, ['sip:johndoe@contoso.com', 'sip:janedoe@contoso.com']);
      assert.deepEqual(meeting.leaders, ['sip:aikc@contoso.com', 'sip:lenea@contoso.com']);
      assert.equal(meeting.expirationTime?.toISOString(), '2015-07-15T01:54:08.513Z');
      assert.equal(meeting.accessLevel, 'Invited');
      assert.equal(meeting.joinUrl, 'https://meet.contoso.com/bmauldin/IB88RLLY');
    });
  });

  it('produces the PUT example with everything of the GET kept, and If-Match quoted', async () => {
    await withAccount(async (pool, account) => {
      const meeting = await getExampleMeeting(pool, account);
      pool.on(`PUT ${meetingPath}`, replyOf('my-online-meeting.put.response'));
      const wanted = readExample('my-online-meeting.put.request').body;

      const changes = { accessLevel: 'SameEnterprise', automaticLeaderAssignment: 'Disabled' };
      const updated = await account.meetings.update(meeting, changes, anySignal());

      const sent = pool.last(`PUT ${meetingPath}`);
      const body = JSON.parse(sent.body) as Record<string, unknown>;
      assert.equal(sent.headers['if-match'], '"d831c13d-9649-4b30-8a29-979c6a86a447"');
      assert.deepEqual({ ...body, expirationTime: wanted.expirationTime }, { ...meeting.raw, ...wanted });
      assert.equal(updated.etag, '27be40fa-f026-4ac0-a90f-f14c1e8e1456');
      assert.equal(updated.accessLevel, 'SameEnterprise');
    });
  });

  it('takes the 204 of the DELETE example for success', async () => {
    await withAccount(async (pool, account) => {
      const meeting = await getExampleMeeting(pool, account);
      pool.on(`DELETE ${meetingPath}`, replyOf('my-online-meeting.delete.response'));

      await account.meetings.remove(meeting.id, anySignal());

      assert.equal(pool.count(`DELETE ${meetingPath}`), 1);
    });
  });
});

async function getExampleMeeting(pool: Pool, account: UcwaAccount): ReturnType<UcwaAccount['meetings']['get']> {
  speak(pool, '//v1/applications/833');
  const example = replyOf('my-online-meeting.get.response');
  const collection = { _embedded: { myOnlineMeeting: [example.json] } };
  pool.on('GET /v1/applications/833/onlineMeetings/myOnlineMeetings', { json: collection });
  pool.on(`GET ${meetingPath}`, example);
  return account.meetings.get('IB88RLLY', anySignal());
}

async function start(account: UcwaAccount, body: Record<string, unknown>): Promise<JoinedMeeting> {
  return account.startOnlineMeeting({ ...textsOf(body), importance: 'Urgent' }, anySignal());
}

function textsOf(body: Record<string, unknown>): {
  operationId: string;
  onlineMeetingUri: string;
  subject: string;
  threadId: string;
} {
  assert.equal(body.operationId, operationId);
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const texts = { operationId, subject: text('subject'), threadId: text('threadId') };
  return 'onlineMeetingUri' in body ? { ...texts, onlineMeetingUri: text('onlineMeetingUri') } : (texts as never);
}
