import assert from 'node:assert/strict';

import { conversationOf, Pool } from './client';

const budgetSync = 'sip:confer@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const financeWeekly = 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:B6N1SL0Q';
const boardPreparation = 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:Z8C4PV2G';
const completed = ({ name }: { name: string }): boolean => name === 'completed onlineMeetingInvitation';

describe('simulator invitations', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('takes 50 characters of operationId and 250 of subject', async () => {
    await pool.start();
    const client = await pool.signIn();

    const body = { operationId: 'x'.repeat(50), subject: 'y'.repeat(250), importance: 'urgent' };
    const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), { body });

    assert.equal(answer.status, 201);
  });

  it('answers a repeated operationId with 409 AlreadyExists', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.join(budgetSync, { operationId: 'once' });

    const answer = await client.join(financeWeekly, { operationId: 'once' });

    assert.deepEqual([answer.status, answer.json.subcode as unknown], [409, 'AlreadyExists']);
  });

  it('keeps an ad-hoc meeting out of myOnlineMeetings', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.startMeeting({ subject: 'Nobody schedules this' });

    const collection = await client.send('GET', client.meetings);

    assert.ok(!collection.text.includes('Nobody schedules this'));
  });

  it('fails with Timeout when nobody opens the lobby for 15 minutes', async () => {
    await pool.start({ timeScale: 0.0002 });
    const client = await pool.signIn();

    await client.join(boardPreparation);
    const seen = await client.eventsUntil(completed);

    assert.equal(seen.find(completed)?.body.reason?.subcode, 'Timeout');
  });

  it('joins a meeting that the application is in into the same conversation', async () => {
    await pool.start();
    const client = await pool.signIn();
    await client.join(budgetSync);
    const first = conversationOf(await client.eventsUntil(completed));

    await client.join(budgetSync);
    const second = conversationOf(await client.eventsUntil(completed));

    assert.equal(second, first);
  });

  it('forgets a completed invitation after a minute', async () => {
    await pool.start({ timeScale: 0.0005 });
    const client = await pool.signIn();
    const { headers } = await client.join(budgetSync);
    await client.eventsUntil(completed);

    let status = 200;
    while (status === 200) ({ status } = await client.send('GET', headers.location ?? ''));

    assert.equal(status, 404);
  });
});
