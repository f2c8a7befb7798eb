import assert from 'node:assert/strict';

import { LocalChat } from '../support/local-chat';
import { RunningConfer } from '../support/running-confer';

/** The part of the simulator's state that is looked at. */
interface State {
  readonly applications: readonly { readonly conversations: number; readonly pendingGets: number }[];
  readonly meetings: readonly {
    readonly onlineMeetingId: string;
    readonly subject: string;
    readonly participants: readonly unknown[];
  }[];
}

describe('a meeting started in the chat', function () {
  this.timeout(30_000);

  let confer: RunningConfer;

  afterEach(async () => {
    await RunningConfer.stopAll();
  });

  const state = async (): Promise<State> => (await confer.control('GET', '/_sim/state')) as State;

  const waiting = async (): Promise<number> => (await state()).applications[0]?.conversations ?? 0;

  it('keeps Confer in it, with its event channel alive, until somebody else has come', async () => {
    confer = await RunningConfer.start();
    await new LocalChat(confer.page).say('start Waiting room', 'Your meeting is on');
    const during = await state();
    assert.equal(during.applications[0]?.conversations, 1);
    assert.equal(during.applications[0].pendingGets, 1);
    const meeting = during.meetings.find(({ subject }) => subject === 'Waiting room');

    const person = encodeURIComponent('sip:lukas.holm@contoso.com');
    await confer.control('POST', `/_sim/people/${person}/join`, { onlineMeetingId: meeting?.onlineMeetingId });

    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const after = (await state()).meetings.find(({ subject }) => subject === 'Waiting room');
    assert.equal(after?.participants.length, 1);
    assert.match(JSON.stringify(after.participants), /lukas\.holm/u);
  });

  it('is led by whoever asked for it when they come', async () => {
    confer = await RunningConfer.start();
    await new LocalChat(confer.page).say('start Led by Anna', 'Your meeting is on');
    const meeting = (await state()).meetings.find(({ subject }) => subject === 'Led by Anna');

    const person = encodeURIComponent('sip:anna.berg@contoso.com');
    await confer.control('POST', `/_sim/people/${person}/join`, { onlineMeetingId: meeting?.onlineMeetingId });

    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const after = (await state()).meetings.find(({ subject }) => subject === 'Led by Anna');
    assert.match(JSON.stringify(after?.participants), /"role":"Leader"/u);
  });

  it('is left when the set time has passed and nobody came', async () => {
    confer = await RunningConfer.start({ START_STAY_MINUTES: '0' });

    await new LocalChat(confer.page).say('start Nobody came', 'Your meeting is on');

    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(confer.lines.some((line) => line.includes('"attendance.over"') && line.includes('"timeUp":true')));
  });
});
