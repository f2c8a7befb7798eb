import assert from 'node:assert/strict';

import { type Client, conversationOf, list, Pool, type SeenEvent, text } from './client';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

describe('simulator conversations', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  async function join(client: Client): Promise<string> {
    await client.join(budgetSync);
    return conversationOf(await client.eventsUntil(completed));
  }

  async function names(client: Client, last: string): Promise<string[]> {
    const seen: SeenEvent[] = await client.eventsUntil(({ name }) => name === last);
    return seen.map(({ name }) => name);
  }

  it('lists the conversations of the application', async () => {
    await pool.start();
    const client = await pool.signIn();
    const conversation = await join(client);

    const answer = await client.send('GET', client.link('conversations', 'communication'));

    assert.deepEqual(answer.json._links?.conversation, [{ href: conversation }]);
  });

  it('shows somebody who joins to everybody who is in', async () => {
    await pool.start();
    const client = await pool.signIn();
    await join(client);

    await pool.control('/people/sip:petra.novak@contoso.com/join', { onlineMeetingId: '7QX2MZ4K' });
    const seen = await client.eventsUntil(({ name }) => name === 'added participant in attendees');

    const joined = seen.find(({ name }) => name === 'added participant');
    assert.equal(joined?.embedded?.uri, 'sip:petra.novak@contoso.com');
    assert.equal(joined.sender, 'conversation');
    assert.ok(joined.href.endsWith('/participants/petra.novak@contoso.com'));
  });

  it('#67 shows a leader who waits in the lobby, and deletes the entry on admission', async () => {
    await pool.start();
    const client = await pool.signIn();
    await join(client);

    await pool.control('/people/sip:visitor@fabrikam.com/join', { onlineMeetingId: '7QX2MZ4K' });
    const knock = (await client.eventsUntil(({ name }) => name === 'added participant in lobby')).at(-1);
    await client.send('POST', text(knock?.embedded?._links?.admit?.href));
    const after = await names(client, 'added participant in attendees');

    assert.equal(knock?.embedded?.inLobby, true);
    assert.deepEqual(after, ['deleted participant in lobby', 'added participant', 'added participant in attendees']);
  });

  it('#68 gives a non-leader no links over others', async () => {
    await pool.start();
    const confer = await pool.signIn();
    const petra = await pool.signIn('petra.novak');
    await join(confer);
    const conversation = await join(petra);

    const other = await petra.send('GET', `${conversation}/participants/confer@contoso.com`);
    const forced = await petra.send('POST', `${conversation}/participants/confer@contoso.com/eject`);
    const own = await petra.send('GET', conversation);

    assert.deepEqual(Object.keys(other.json._links ?? {}), ['self', 'conversation']);
    assert.equal(forced.status, 404);
    assert.equal(own.json._links?.enableAudienceMuteLock, undefined);
  });

  it('#69 announces promotion and demotion as membership of leaders and attendees', async () => {
    await pool.start();
    const client = await pool.signIn();
    const conversation = await join(client);
    await pool.control('/people/petra.novak/join', { onlineMeetingId: '7QX2MZ4K' });
    await names(client, 'added participant in attendees');
    const petra = `${conversation}/participants/petra.novak@contoso.com`;

    const links = (await client.send('GET', petra)).json._links;
    await client.send('POST', text(links?.promote?.href));
    const promoted = await names(client, 'added participant in leaders');
    const nextLinks = (await client.send('GET', petra)).json._links;
    await client.send('POST', text(nextLinks?.demote?.href));
    const demoted = await names(client, 'added participant in attendees');

    assert.ok(promoted.includes('deleted participant in attendees'));
    assert.ok(demoted.includes('deleted participant in leaders'));
    assert.equal(nextLinks?.promote, undefined);
  });

  it('#70 deletes a participant who left without in', async () => {
    await pool.start();
    const client = await pool.signIn();
    await join(client);
    await pool.control('/people/petra.novak/join', { onlineMeetingId: '7QX2MZ4K' });
    await names(client, 'added participant');

    await pool.control('/people/petra.novak/leave', { onlineMeetingId: '7QX2MZ4K' });

    assert.ok((await names(client, 'deleted participant')).includes('deleted participant'));
  });

  it('#71 completes an unanswered addParticipant with Failure', async () => {
    await pool.start();
    const client = await pool.signIn();
    const conversation = await join(client);
    const { json } = await client.send('GET', conversation);

    const answer = await client.send('POST', text(json._links?.addParticipant?.href), {
      body: { to: 'sip:petra.novak@contoso.com', operationId: 'ask' },
    });
    const seen = await client.eventsUntil(({ name }) => name === 'completed participantInvitation');

    assert.equal(answer.status, 201);
    assert.match(answer.headers.location ?? '', /participantInvitations/);
    assert.equal(seen.at(-1)?.body.status, 'Failure');
    assert.equal(seen.at(-1)?.embedded?.operationId, 'ask');
  });

  it('completes addParticipant with Success once the person is in', async () => {
    await pool.start({ timeScale: 0.05 });
    const client = await pool.signIn();
    const conversation = await join(client);
    const { json } = await client.send('GET', conversation);
    const href = text(json._links?.addParticipant?.href);

    await client.send('POST', href, { body: { to: 'sip:petra.novak@contoso.com' } });
    await pool.control('/people/petra.novak/join', { onlineMeetingId: '7QX2MZ4K' });
    const seen = await client.eventsUntil(({ name }) => name === 'completed participantInvitation');

    const end = seen.find(({ name }) => name === 'completed participantInvitation');
    assert.equal(end?.body.status, 'Success');
    assert.ok(end.embedded?._links?.participant);
  });

  it('#72 answers addParticipant without to with 400 ParameterValidationFailure', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json } = await client.send('GET', await join(client));

    const answer = await client.send('POST', text(json._links?.addParticipant?.href), { body: {} });

    assert.equal(answer.status, 400);
    assert.equal(answer.json.parameters?.[0]?.name, 'to');
  });

  it('#73 leaves with DELETE conversation: deleted event, the others remain', async () => {
    await pool.start();
    const [confer, petra] = [await pool.signIn(), await pool.signIn('petra.novak')];
    const conversation = await join(confer);
    const theirs = await join(petra);

    const left = await confer.send('DELETE', conversation);
    const mine = await confer.eventsUntil(({ name }) => name === 'deleted conversation');
    const seen = await petra.eventsUntil(({ name }) => name === 'deleted participant');
    const still = await petra.send('GET', theirs);

    assert.equal(left.status, 204);
    assert.equal(mine.at(-1)?.href, conversation);
    assert.match(seen.at(-1)?.href ?? '', /\/confer@contoso\.com$/);
    assert.equal(still.json.participantCount, 1);
    assert.equal((await confer.send('GET', conversation)).status, 404);
  });

  it('ejects somebody: their conversation is deleted with reason Ejected', async () => {
    await pool.start();
    const [confer, petra] = [await pool.signIn(), await pool.signIn('petra.novak')];
    const conversation = await join(confer);
    await join(petra);

    await confer.send('POST', `${conversation}/participants/petra.novak@contoso.com/eject`);
    const seen = await petra.eventsUntil(({ name }) => name === 'deleted conversation');

    assert.equal(seen.at(-1)?.body.reason?.subcode, 'Ejected');
  });

  for (const [lock, property] of [
    ['AudienceMuteLock', 'audienceMute'],
    ['AudienceMessaging', 'audienceMessaging'],
  ] as const) {
    it(`#75 answers the ${lock} links with 204, an updated event and the opposite link`, async () => {
      await pool.start();
      const client = await pool.signIn();
      const conversation = await join(client);
      const before = (await client.send('GET', conversation)).json;
      const shown = Object.keys(before._links ?? {}).find((rel) => rel.endsWith(lock)) ?? '';

      const answer = await client.send('POST', text(before._links?.[shown]?.href));
      const seen = await client.eventsUntil(({ name }) => name === 'updated conversation');

      const after = seen.at(-1)?.embedded;
      const opposite = shown.startsWith('enable') ? `disable${lock}` : `enable${lock}`;
      assert.equal(answer.status, 204);
      assert.notEqual(after?.[property], before[property]);
      assert.ok(after?._links?.[opposite]);
      assert.equal(after._links[shown], undefined);
    });
  }

  it('reads the roster, leaders, attendees, lobby and one participant', async () => {
    await pool.start();
    const client = await pool.signIn();
    const conversation = await join(client);
    await pool.control('/people/petra.novak/join', { onlineMeetingId: '7QX2MZ4K' });
    await pool.control('/people/visitor@fabrikam.com/join', { onlineMeetingId: '7QX2MZ4K' });
    const { json } = await client.send('GET', conversation);
    const read = async (rel: string): Promise<string[]> => {
      const view = (await client.send('GET', text(json._links?.[rel]?.href))).json;
      const whole = list(view._embedded?.participant).map(({ name }) => text(name));
      return [...list(view._links?.participant).map(({ title }) => text(title)), ...whole];
    };

    assert.deepEqual(await read('participants'), ['Confer', 'Petra Novák']);
    assert.deepEqual(await read('leaders'), ['Confer']);
    assert.deepEqual(await read('attendees'), ['Petra Novák']);
    assert.deepEqual(await read('lobby'), ['Visitor']);
    const me = (await client.send('GET', text(json._links?.localParticipant?.href))).json;
    assert.deepEqual([me.local, me.organizer, me.role] as unknown[], [true, true, 'Leader']);
  });
});
