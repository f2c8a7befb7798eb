import assert from 'node:assert/strict';

import type { UcwaAccountOptions } from '../../src/ucwa';

import { Company, idOf } from './support/on-simulator';
import { anySignal } from './support/pool';

const THREAD = 'c3a9f1d27e584b06912fd0b7a6e4c815';

/** Every account here is a client of the same application. */
const APPLICATION = { application: { userAgent: 'Confer/1.0', endpointId: 'seat-1', culture: 'en-US' } };

describe('an account that goes on with an application', function () {
  this.timeout(20_000);

  let company: Company;

  const open = async (switches: object = {}): Promise<void> => {
    company = await Company.open({ switches }, APPLICATION);
  };

  afterEach(async () => {
    await company.close();
  });

  const client = (changes: Partial<UcwaAccountOptions> = {}) => company.account('confer', changes);

  const ways: readonly (readonly [string, object])[] = [
    ['one pool', {}],
    ['hrefs of the reference pages', { pathStyle: 'reference', hrefForm: 'double-slash' }],
    ['events without content', { eventsWithoutEmbedded: true }],
  ];
  for (const [name, switches] of ways) {
    it(`P-11: finds the meeting that another client entered, with everybody in it (${name})`, async () => {
      await open(switches);
      const first = client();
      const started = await first.startOnlineMeeting({ subject: 'Budget sync', threadId: THREAD }, anySignal());
      await company.move('sip:lukas.holm@contoso.com', 'join', started);
      await started.someoneElseJoined(anySignal());
      first.detach();

      const found = await client().findJoinedMeeting(THREAD, anySignal());

      assert.ok(found);
      assert.equal(found.onlineMeeting.joinUrl, started.onlineMeeting.joinUrl);
      await found.someoneElseJoined(anySignal());
      await found.leave(anySignal());
    });
  }

  it('P-11: hears of what happens after it came', async () => {
    await open();
    const first = client();
    const started = await first.startOnlineMeeting({ threadId: THREAD }, anySignal());
    first.detach();
    const found = await client().findJoinedMeeting(THREAD, anySignal());
    assert.ok(found);

    const arrival = found.someoneElseJoined(anySignal());
    await company.move('sip:lukas.holm@contoso.com', 'join', started);

    await arrival;
    assert.equal(idOf(found), idOf(started));
  });

  it('P-11: waits for a meeting that is just coming to be', async () => {
    await open();
    const first = client();
    await first.signIn(anySignal());
    const entering = first.startOnlineMeeting({ threadId: THREAD, leaveWhenGivenUp: false }, anySignal());
    while (company.count('POST', '/onlineMeetingInvitations') === 0) await new Promise(setImmediate);
    first.detach();
    await assert.rejects(entering);

    const found = await client().findJoinedMeeting(THREAD, anySignal());

    assert.match(found?.onlineMeeting.joinUrl ?? '', /^http/u);
  });

  it('leaves what it was not asked to leave when its caller gives up', async () => {
    await open();
    const account = client();
    await account.signIn(anySignal());
    const giveUp = new AbortController();
    const entering = account.startOnlineMeeting({ threadId: THREAD, leaveWhenGivenUp: false }, giveUp.signal);
    while (company.count('POST', '/onlineMeetingInvitations') === 0) await new Promise(setImmediate);
    giveUp.abort();
    await assert.rejects(entering);

    const found = await account.findJoinedMeeting(THREAD, anySignal());

    assert.ok(found, 'the meeting was left');
    assert.equal(company.count('DELETE', '/conversations'), 0);
  });

  it('knows no meeting of another thread, nor one that was left', async () => {
    await open();
    const account = client();
    const started = await account.startOnlineMeeting({ threadId: THREAD }, anySignal());
    assert.equal(await account.findJoinedMeeting('another', anySignal()), undefined);

    await started.leave(anySignal());

    assert.equal(await account.findJoinedMeeting(THREAD, anySignal()), undefined);
  });

  it('F-07: leaves the event channel to the other client when the application is theirs now', async () => {
    await open();
    let asked = 0;
    const frozen = client({
      isStillOurs: async () => {
        asked += 1;
        return Promise.resolve(false);
      },
    });
    await frozen.startOnlineMeeting({ threadId: THREAD }, anySignal());

    const found = await client({ isStillOurs: async () => Promise.resolve(true) }).findJoinedMeeting(
      THREAD,
      anySignal(),
    );

    assert.ok(found);
    while (asked === 0) await new Promise(setImmediate);
    const polls = company.count('GET', '/events');
    await company.move('sip:lukas.holm@contoso.com', 'join', found);
    await found.someoneElseJoined(anySignal());
    assert.equal(asked, 1);
    assert.ok(company.count('GET', '/events') <= polls + 2, 'somebody polled who should not');
  });

  it('detaches without a word to the server', async () => {
    await open();
    const account = client();
    await account.startOnlineMeeting({ threadId: THREAD }, anySignal());

    account.detach();

    await assert.rejects(account.signIn(anySignal()), { code: 'account.closed' });
    assert.equal(company.count('DELETE', '/applications'), 0);
  });
});
