import assert from 'node:assert/strict';

import { type Client, conversationOf, list, Pool, text } from './client';

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

  it('lets a non-leader mute only herself, and shows a muted leader to her', async () => {
    await pool.start();
    const [confer, petra] = [await pool.signIn(), await pool.signIn('petra.novak')];
    const conversation = await join(confer);
    const theirs = await join(petra);
    const audioOf = (base: string, name: string): string => `${base}/participants/${name}@contoso.com/participantAudio`;

    const forced = await petra.send('POST', `${audioOf(theirs, 'confer')}/muteAudio`);
    const own = await petra.send('POST', `${audioOf(theirs, 'petra.novak')}/muteAudio`);
    await confer.send('POST', `${audioOf(conversation, 'confer')}/muteAudio`);
    const seen = await petra.eventsUntil(({ href }) => href === audioOf(theirs, 'confer'));
    const again = await petra.send('POST', `${audioOf(theirs, 'petra.novak')}/muteAudio`);

    assert.deepEqual([forced.status, own.status, again.status], [404, 204, 404]);
    const shown = seen.at(-1)?.embedded;
    assert.equal(shown?.audioMuted, true);
    assert.deepEqual(Object.keys(shown._links ?? {}), ['self', 'participant']);
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

  for (const [form, linked, embedded] of [
    ['links', ['attendees', 'lobby'], []],
    ['embedded', [], ['attendees', 'lobby']],
  ] as const) {
    it(`writes people as ${form} when switched`, async () => {
      await pool.start({ switches: { peopleForm: form } });
      const client = await pool.signIn();
      const conversation = await join(client);
      await pool.control('/people/petra.novak/join', { onlineMeetingId: '7QX2MZ4K' });
      await pool.control('/people/visitor@fabrikam.com/join', { onlineMeetingId: '7QX2MZ4K' });
      const { json } = await client.send('GET', conversation);

      for (const rel of [...linked, ...embedded]) {
        const view = (await client.send('GET', text(json._links?.[rel]?.href))).json;
        const counts = [list(view._links?.participant).length, list(view._embedded?.participant).length];
        assert.deepEqual(counts, form === 'links' ? [1, 0] : [0, 1], rel);
      }
    });
  }

  it('does not dial out: an invitation by phone fails with DialoutNotAllowed', async () => {
    await pool.start();
    const client = await pool.signIn();
    const { json } = await client.send('GET', await join(client));

    const body = { to: 'tel:+14255550100' };
    await client.send('POST', text(json._links?.addParticipant?.href), { body });
    const seen = await client.eventsUntil(({ name }) => name === 'completed participantInvitation');

    const end = seen.at(-1)?.body;
    assert.deepEqual([end?.status, end?.reason?.subcode] as unknown[], ['Failure', 'DialoutNotAllowed']);
  });
});
