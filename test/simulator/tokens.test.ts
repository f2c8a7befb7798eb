import assert from 'node:assert/strict';

import { type Answer, Pool, send, text } from './client';

describe('simulator tokens', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function ask(fields: Readonly<Record<string, string>>, origin = pool.running.origin): Promise<Answer> {
    return send('POST', `${origin}/WebTicket/oauthtoken`, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    });
  }

  async function use(token: string, origin = pool.running.origin): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}` };
    return send('GET', `${origin}/Autodiscover/AutodiscoverService.svc/root/oauth/user`, { headers });
  }

  const petra = { grant_type: 'password', username: 'petra.novak@contoso.com', password: 'Linde-644' };

  for (const username of [
    'petra.novak',
    'CONTOSO\\petra.novak',
    'sip:petra.novak@contoso.com',
    'Petra.Novak@contoso.com',
  ]) {
    it(`takes ${username} as a user name`, async () => {
      await pool.start();

      assert.equal((await ask({ ...petra, username })).status, 200);
    });
  }

  it('gives somebody of the second pool an application there', async () => {
    const { origin, secondOrigin = '' } = await pool.start({ secondPool: true });
    const user = await use(await pool.ticketOf('mei.tanaka'));

    const client = await pool.signIn('mei.tanaka', {}, secondOrigin);

    const applications = text(user.json._links?.applications?.href);
    assert.notEqual(origin, secondOrigin);
    assert.equal(new URL(applications).origin, secondOrigin);
    assert.equal((await client.send('GET', client.self)).status, 200);
  });

  it('go to those who name the second pool, where it wants that', async () => {
    const { origin, secondOrigin = '' } = await pool.start({
      secondPool: true,
      switches: { requireTokenResource: true },
    });

    const named = await ask({ ...petra, resource: '127.0.0.1' }, secondOrigin);
    const wrong = await ask({ ...petra, resource: 'fe1.contoso.com' }, secondOrigin);
    const unnamed = await ask(petra, secondOrigin);

    assert.deepEqual([named.status, wrong.status, unnamed.status], [200, 400, 400]);
    assert.deepEqual(unnamed.json, { error: 'invalid_request' });
    assert.equal((await ask(petra, origin)).status, 200);
  });

  describe('for guests', () => {
    const rooms = 'urn:microsoft.rtc:anonmeeting';

    /** A meeting of somebody, and the fields that let a guest in. */
    async function meetingOf(account: string, origin: string): Promise<Record<string, string>> {
      const organizer = await pool.signIn(account, {}, origin);
      const { json } = await organizer.send('POST', organizer.meetings, { body: { subject: 'Open house' } });
      return { password: text(json.onlineMeetingId), ms_rtc_conferenceuri: text(json.onlineMeetingUri) };
    }

    it('lead to the pool of the organizer', async () => {
      const { origin, secondOrigin = '' } = await pool.start({ secondPool: true });
      const meeting = await meetingOf('mei.tanaka', secondOrigin);
      const first = await ask({ grant_type: rooms, ...meeting });

      const user = await use(text(first.json.access_token));
      const there = await ask({ grant_type: rooms, ...meeting }, secondOrigin);
      const body = { userAgent: 'Test/1.0', endpointId: 'endpoint-guest', culture: 'en-US' };
      const make = async (at: string, { json }: Answer): Promise<Answer> => {
        const headers = { Authorization: `Bearer ${text(json.access_token)}` };
        return send('POST', `${at}/ucwa/oauth/v1/applications`, { body, headers });
      };

      assert.equal(new URL(text(user.json._links?.applications?.href)).origin, secondOrigin);
      assert.equal((await make(secondOrigin, there)).status, 201);
      assert.equal((await make(origin, first)).status, 403);
    });

    it('can lead to anonApplications on a path of its own, which makes applications too', async () => {
      const { origin } = await pool.start({ switches: { anonApplications: true } });
      const answer = await ask({ grant_type: rooms, ...(await meetingOf('confer', origin)) });
      const token = text(answer.json.access_token);

      const user = await use(token);
      const href = text(user.json._links?.anonApplications?.href);
      const body = { userAgent: 'Test/1.0', endpointId: 'endpoint-guest', culture: 'en-US' };
      const made = await send('POST', href, { body, headers: { Authorization: `Bearer ${token}` } });

      assert.equal(user.json._links?.applications, undefined);
      assert.equal(href, `${origin}/ucwa/psanon/v1/applications`);
      assert.equal(made.status, 201);
      assert.equal(made.json._embedded?.onlineMeetings, undefined);
    });

    it('are renewed for the same pool where another one issues them', async () => {
      const switches = { foreignTokenEndpoint: true };
      const { origin, secondOrigin = '' } = await pool.start({ secondPool: true, switches });
      const endpoint = `${secondOrigin}/WebTicket/oauthtoken?pool=first`;
      const post = async (fields: Readonly<Record<string, string>>): Promise<string> => {
        const answer = await send('POST', endpoint, { body: new URLSearchParams(fields).toString() });
        return text(answer.json.access_token);
      };

      const ticket = await post({ grant_type: rooms, ...(await meetingOf('confer', origin)) });
      const renewed = await post({ grant_type: rooms, ms_rtc_renew: ticket });

      assert.notEqual(renewed, ticket);
      assert.equal((await use(renewed)).status, 200);
    });
  });
});
