import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

import type { MyOnlineMeeting, UcwaAccount } from '../../src/ucwa';

import * as examples from './support/examples';
import { anySignal, inputOf, type Pool, type Received, type Reply, withAccountIn } from './support/pool';

const meetingPath = '/v1/applications/833/onlineMeetings/myOnlineMeetings/810';
const operationId = '74cb7404e0a247d5a2d4eb0376a47dbf';
const passBack = { name: '7e1d4c0a-52b9-4f3e-8a6d-0c9b1f2e3d4a', value: 'please pass this in a PUT request' };

/** `start.2015.request`, or `start.2015.xml.request`. */
function read(name: string, format: 'json' | 'xml'): examples.Example {
  return examples.readExample(format === 'xml' ? name.replace(/\.(\w+)$/, '.xml.$1') : name);
}

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

/** Where the pages' meeting is, with the answer of its example; the collection has only its link. */
function offerMeeting(pool: Pool, reply: Reply): void {
  speak(pool, '//v1/applications/833');
  const collection = { rel: 'myOnlineMeetings', _links: { myOnlineMeeting: [{ href: `/${meetingPath}` }] } };
  pool.on('GET /v1/applications/833/onlineMeetings/myOnlineMeetings', { json: collection });
  pool.on(`GET ${meetingPath}`, reply);
}

async function getMeeting(account: UcwaAccount): Promise<MyOnlineMeeting> {
  return account.meetings.get('IB88RLLY', anySignal());
}

/** Reads the meeting of an example with an account that speaks its format. */
async function decode(name: string, format: 'json' | 'xml'): Promise<MyOnlineMeeting> {
  const meetings: MyOnlineMeeting[] = [];
  await withAccountIn(format)(async (pool, account) => {
    offerMeeting(pool, examples.replyOf(read(name, format)));
    const meeting = await getMeeting(account);
    meetings.push({ ...meeting, href: meeting.href.replace(pool.origin, '') });
  });
  const [meeting] = meetings;
  assert.ok(meeting);
  return meeting;
}

/** The inputs a caller gives to get the request of an example. */
function wishesOf(example: examples.Example): { onlineMeetingUri: string; importance: 'Normal' | 'Urgent' } {
  const inputs = examples.inputsOf(example);
  assert.equal(inputs.operationId, operationId);
  return inputs as ReturnType<typeof wishesOf>;
}

/** What the contract adds to an example: the property that has to come back in a PUT. */
function withPassBack({ text, ...example }: examples.Example): examples.Example {
  const added = text.startsWith('<')
    ? text.replace('<property ', `<property name="${passBack.name}">${passBack.value}</property>\n<property `)
    : text.replace('{', `{ "${passBack.name}" : "${passBack.value}",`);
  return { ...example, text: added };
}

const generations = [
  ['2015', '//v1/applications/833'],
  ['later', '/ucwa/v1/applications/192'],
] as const;

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);
  const accept = format === 'xml' ? 'application/vnd.microsoft.com.ucwa+xml' : 'application/json';

  /** Everything an example fixes; `Accept` is the name the event channel needs instead of `application/xml`. */
  const assertLike = (sent: Received, example: examples.Example): void => {
    assert.deepEqual(examples.shapeOf(sent), examples.shapeOfExample(example));
    assert.equal(sent.headers.accept, accept);
  };

  describe(`The examples of the protocol pages, in ${format}`, () => {
    for (const [generation, prefix] of generations) {
      it(`produces the start request of the ${generation} page and follows its Location`, async () => {
        await withAccount(async (pool, account) => {
          const example = read(`start.${generation}.request`, format);
          const answer = read(`start.${generation}.response`, format);
          const route = `POST ${prefix.replace('//', '/')}/communication/startOnlineMeeting`;
          speak(pool, prefix);
          pool.on(route, examples.replyOf(answer));
          complete(pool, answer.headers.location ?? '');

          const joined = await account.startOnlineMeeting(wishesOf(example), anySignal());

          assertLike(pool.last(route), example);
          assert.deepEqual(inputOf(pool.last(route)), examples.inputsOf(example));
          assert.equal(joined.onlineMeeting.joinUrl, 'https://meet.contoso.com/john/1');
          assert.equal(pool.last(`GET ${pool.app}/events`).headers.accept, accept);
        });
      });

      it(`produces the join request of the ${generation} page and follows its Location`, async () => {
        await withAccount(async (pool, account) => {
          const example = read(`join.${generation}.request`, format);
          const answer = read(`join.${generation}.response`, format);
          const route = `POST ${prefix.replace('//', '/')}/communication/joinOnlineMeeting`;
          speak(pool, prefix);
          pool.on(route, examples.replyOf(answer));
          complete(pool, answer.headers.location ?? '');

          await account.joinOnlineMeeting(wishesOf(example), anySignal());

          assertLike(pool.last(route), example);
          const withoutBlanks = { ...examples.inputsOf(example), onlineMeetingUri: 'sip:john@contoso.com' };
          assert.deepEqual(inputOf(pool.last(route)), withoutBlanks); // never a blank after sip
        });
      });
    }

    it('produces the GET request', async () => {
      await withAccount(async (pool, account) => {
        offerMeeting(pool, examples.replyOf(read('my-online-meeting.get.response', format)));

        const meeting = await getMeeting(account);

        const example = read('my-online-meeting.get.request', format);
        assertLike(pool.last(`GET ${meetingPath}`), example);
        assert.equal(example.headers.accept, `application/${format}`);
        assert.equal(meeting.href, `${pool.origin}${meetingPath}`);
      });
    });

    it('produces the PUT request with everything of the GET kept, and If-Match quoted', async () => {
      await withAccount(async (pool, account) => {
        offerMeeting(pool, examples.replyOf(withPassBack(read('my-online-meeting.get.response', format))));
        pool.on(`PUT ${meetingPath}`, examples.replyOf(read('my-online-meeting.put.response', format)));
        const example = read('my-online-meeting.put.request', format);
        const wanted = examples.inputsOf(example);
        const expirationTime = format === 'json' ? '2015-07-15T01:54:08.543Z' : '2015-07-15T01:54:08.545Z';
        const meeting = await getMeeting(account);

        const changes = { ...wanted, expirationTime: new Date(expirationTime) };
        const updated = await account.meetings.update(meeting, changes, anySignal());

        const sent = pool.last(`PUT ${meetingPath}`);
        const { _links, _embedded, ...properties } = meeting.raw;
        const onlyInJson = format === 'json' ? { _links, _embedded } : {};
        assertLike(sent, example);
        assert.deepEqual(inputOf(sent), { ...properties, ...wanted, expirationTime, ...onlyInJson });
        assert.equal(inputOf(sent)[passBack.name], passBack.value);
        assert.equal(sent.headers['if-match'], `"${meeting.etag ?? ''}"`);
        assert.equal(updated.etag, read('my-online-meeting.put.response', format).headers.etag);
      });
    });

    it('produces the DELETE request and takes the 204 for success', async () => {
      await withAccount(async (pool, account) => {
        offerMeeting(pool, examples.replyOf(read('my-online-meeting.get.response', format)));
        pool.on(`DELETE ${meetingPath}`, examples.replyOf(read('my-online-meeting.delete.response', format)));

        await account.meetings.remove('IB88RLLY', anySignal());

        assertLike(pool.last(`DELETE ${meetingPath}`), read('my-online-meeting.delete.request', format));
        assert.equal(pool.count(`DELETE ${meetingPath}`), 1);
      });
    });
  });
}

const sentence =
  'll be meeting to review the sales numbers for this past quarter and discuss projections for the next two quarters.';

/** What both forms of the pages' meeting say. */
const common = {
  id: 'IB88RLLY',
  href: meetingPath,
  subject: 'Quarterly sales numbers',
  attendees: ['sip:johndoe@contoso.com', 'sip:janedoe@contoso.com'],
  leaders: ['sip:aikc@contoso.com', 'sip:lenea@contoso.com'],
  lobbyBypassForPhoneUsers: 'Disabled',
  phoneUserAdmission: 'Disabled',
  joinUrl: 'https://meet.contoso.com/bmauldin/IB88RLLY',
  conferenceId: '12983487',
  onlineMeetingUri: 'sip:bmauldin@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY',
  organizerUri: 'sip:bmauldin@contoso.com',
  onlineMeetingRel: 'myOnlineMeetings',
};

/** Where the forms differ: settings and moments are random picks of the pages, and the XML text was escaped twice. */
const decoded = [
  {
    name: 'my-online-meeting.get.response',
    json: {
      etag: 'd831c13d-9649-4b30-8a29-979c6a86a447',
      description: `We'${sentence}`,
      accessLevel: 'Invited',
      automaticLeaderAssignment: 'SameEnterprise',
      entryExitAnnouncement: 'Disabled',
      expirationTime: new Date('2015-07-15T01:54:08.513Z'),
    },
    xml: {
      etag: 'c3a5d9a0-ad50-4481-b5cb-64a6073a7cbe',
      description: `We&#39;${sentence}`,
      accessLevel: 'Locked',
      automaticLeaderAssignment: 'Disabled',
      entryExitAnnouncement: 'Disabled',
      expirationTime: new Date('2015-07-15T01:54:08.514Z'),
    },
  },
  {
    name: 'my-online-meeting.put.response',
    json: {
      etag: '27be40fa-f026-4ac0-a90f-f14c1e8e1456',
      description: `We'${sentence}`,
      accessLevel: 'SameEnterprise',
      automaticLeaderAssignment: 'Disabled',
      entryExitAnnouncement: 'Disabled',
      expirationTime: new Date('2015-07-15T01:54:08.543Z'),
    },
    xml: {
      etag: 'e4147866-edbc-4a73-ad24-8b54cab1b8b8',
      description: `We&#39;${sentence}`,
      accessLevel: 'Invited',
      automaticLeaderAssignment: 'SameEnterprise',
      entryExitAnnouncement: 'Unsupported',
      expirationTime: new Date('2015-07-15T01:54:08.546Z'),
    },
  },
];

describe('The answers of the protocol pages', () => {
  for (const { name, json, xml } of decoded) {
    it(`are the same meeting in JSON and XML, but for what the pages print differently (${name})`, async () => {
      const { raw: rawJson, ...fromJson } = await decode(name, 'json');
      const { raw: rawXml, ...fromXml } = await decode(name, 'xml');

      assert.deepEqual(fromJson, { ...common, ...json });
      assert.deepEqual(fromXml, { ...common, ...xml });
      assert.deepEqual(Object.keys(rawXml).sort(), Object.keys(rawJson).sort());
      assert.deepEqual(rawXml._links, rawJson._links);
      assert.deepEqual(rawXml._embedded, rawJson._embedded);
    });
  }

  it('are all there, with their requests', () => {
    const entries = ['start', 'join'].flatMap((name) => generations.map(([generation]) => `${name}.${generation}`));
    const items = ['get', 'put', 'delete'].map((verb) => `my-online-meeting.${verb}`);
    const parts = ['request', 'response', 'xml.request', 'xml.response'];
    const names = [...entries, ...items].flatMap((name) => parts.map((part) => `${name}.${part}.http`));

    const found = readdirSync(examples.fixturesPath).filter((name) => name.endsWith('.http'));

    assert.deepEqual(found.sort(), names.sort());
  });
});
