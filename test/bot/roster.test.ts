import assert from 'node:assert/strict';

import type { Activity } from 'botbuilder';

import { type AskForMember, Roster } from '../../src/bot/roster';
import type { People } from '../../src/commands';
import { StoppingError } from '../../src/shared/abort';
import { ANNA, LUKAS, messageActivity } from '../support/chat';
import { NOW } from '../support/meetings';
import { RecordingLogger } from '../support/recording-logger';

const SPEAKER = { id: ANNA.aadObjectId, name: ANNA.name };

/** A roster whose questions are counted, and what goes on around it. */
function around(ask: AskForMember, parts: { isPersonal?: boolean; signal?: AbortSignal } = {}) {
  const asked: string[] = [];
  const log = new RecordingLogger();
  const clock = { now: NOW };
  const roster = new Roster({
    now: () => clock.now,
    askForMember: async (activity, memberId, signal) => {
      asked.push(memberId);
      return ask(activity, memberId, signal);
    },
  });
  const activity = messageActivity('hi', {}) as Activity;
  const { isPersonal = false, signal = new AbortController().signal } = parts;
  const people = (): People => roster.around({ person: SPEAKER, activity, log, signal }, isPersonal);
  return { people, asked, log, clock };
}

/** Always the same member. */
function always(member: unknown): AskForMember {
  return async () => Promise.resolve(member);
}

const ODD_MEMBERS = [undefined, null, 'text', [], {}, { aadObjectId: 5 }, { name: 'Anna' }].map((member) => ({
  title: `${typeof member} ${JSON.stringify([member])}`,
  member,
}));

const ADDRESSES = [
  { userPrincipalName: 'Anna@contoso.com', email: 'a.berger@contoso.com', address: 'anna@contoso.com' },
  { userPrincipalName: 'CONTOSO\\anna', email: 'a.berger@contoso.com', address: 'a.berger@contoso.com' },
  { userPrincipalName: 'two words@contoso.com', email: '', address: undefined },
  { userPrincipalName: 'a@contoso.com,b@contoso.com', email: undefined, address: 'a@contoso.com' },
].map(({ address, ...names }) => ({ address, names, title: `${String(address)} from ${JSON.stringify(names)}` }));

describe('Roster', () => {
  for (const { title, address, names } of ADDRESSES) {
    it(`takes ${title}`, async () => {
      const { people } = around(always({ aadObjectId: ANNA.aadObjectId, ...names }));

      assert.equal((await people().speaker()).address, address);
    });
  }

  it('never lets the roster say who speaks', async () => {
    const { people } = around(always({ aadObjectId: LUKAS.aadObjectId, name: LUKAS.name, email: 'l@contoso.com' }));

    const { id, name } = await people().speaker();

    assert.deepEqual([id, name], [SPEAKER.id, SPEAKER.name]);
  });

  it('asks once an hour for the same person', async () => {
    const { people, asked, clock } = around(always({ aadObjectId: ANNA.aadObjectId, email: 'anna@contoso.com' }));

    await people().speaker();
    await people().speaker();
    clock.now = new Date(NOW.getTime() + 3_600_001);
    await people().speaker();

    assert.deepEqual(asked, [ANNA.id, ANNA.id]);
  });

  it('goes on without an address when the chat service fails, and spares it for a minute', async () => {
    const { people, asked, log, clock } = around(async () => Promise.reject(new Error('503')));

    assert.deepEqual(await people().speaker(), SPEAKER);
    assert.deepEqual(await people().speaker(), SPEAKER);
    assert.equal(asked.length, 1);
    assert.equal(log.of('roster.unavailable').length, 1);
    clock.now = new Date(NOW.getTime() + 60_001);
    await people().speaker();
    assert.equal(asked.length, 2);
  });

  it('waits three seconds and no longer', async function () {
    this.timeout(6000);
    const { people } = around(
      async (_activity, _id, signal) =>
        new Promise((_resolve, reject) => {
          const keepAlive = setTimeout(() => undefined, 5000);
          signal.addEventListener('abort', () => {
            clearTimeout(keepAlive);
            reject(signal.reason as Error);
          });
        }),
    );

    assert.deepEqual(await people().speaker(), SPEAKER);
  });

  it('ends with the turn', async () => {
    const ending = new AbortController();
    const { people } = around(
      async () => {
        ending.abort(new StoppingError());
        return Promise.reject(new Error('aborted'));
      },
      { signal: ending.signal },
    );

    await assert.rejects(people().speaker(), StoppingError);
  });

  for (const { title, member } of ODD_MEMBERS) {
    it(`makes nobody of ${title}`, async () => {
      const { people } = around(always(member));

      assert.equal(await people().member('x@contoso.com'), undefined);
      assert.deepEqual(await people().speaker(), SPEAKER);
    });
  }

  it('takes the directory id of a mention itself when the roster is silent', async () => {
    const { people } = around(always(undefined));
    const mention = { id: LUKAS.id, name: LUKAS.name };

    assert.deepEqual(await people().mentioned({ ...mention, objectId: LUKAS.aadObjectId }), {
      ...{ id: LUKAS.aadObjectId, name: LUKAS.name },
    });
    assert.equal(await people().mentioned({ ...mention, objectId: undefined }), undefined);
  });

  it('refuses guests, and knows no address of theirs', async () => {
    for (const guest of [{ userRole: 'guest' }, { userPrincipalName: 'gil_x.com#EXT#@contoso.com' }]) {
      const { people } = around(always({ aadObjectId: ANNA.aadObjectId, email: 'gil@x.com', ...guest }));

      await assert.rejects(people().speaker(), { code: 'signIn.guest' });
      assert.equal((await people().member(ANNA.id))?.address, undefined);
    }
  });

  it('leaves the speaker to the server where everybody has an account of their own', async () => {
    const { people, asked } = around(always({ userRole: 'guest' }), { isPersonal: true });

    assert.deepEqual(await people().speaker(), SPEAKER);
    assert.deepEqual(asked, []);
  });
});
