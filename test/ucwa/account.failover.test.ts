import assert from 'node:assert/strict';

import { UcwaResponseError } from '../../src/ucwa';

import { Stage } from './support/matrix/stage';
import { Wire } from './support/matrix/wire';

const discoveries = (stage: Stage): number => stage.simulator.requests.filter(({ path }) => path === '/').length;

describe('A client whose pool fails', () => {
  let wire: Wire;
  let stage: Stage;

  const open = async (secondPool: boolean): Promise<void> => {
    stage = await Stage.open({ secondPool }, { format: 'json', isImpatient: false });
    wire.allow(stage.hosts);
  };

  /** Lists, creates and edits as if nothing had happened. */
  const goOn = async (): Promise<void> => {
    const { meetings } = stage.account;
    const made = await meetings.create({ subject: 'After' }, stage.signal);
    await meetings.update(made, { subject: 'After all' }, stage.signal);
    const subjects = (await meetings.list(stage.signal)).map(({ subject }) => subject);
    assert.deepEqual(subjects.sort(), ['After all', 'Before']);
  };

  before(async () => {
    wire = await Wire.tap();
  });

  afterEach(async () => {
    await stage.account.close(AbortSignal.timeout(2_000)).catch(() => undefined);
    await stage.simulator.stop();
    wire.forget(stage.hosts);
  });

  after(async () => {
    await wire.release();
  });

  for (const condition of ['closed', 'cannotRedirect']) {
    it(`F-18: goes on with the backup pool in the same call when it is ${condition}`, async () => {
      await open(true);
      await stage.account.meetings.create({ subject: 'Before' }, stage.signal);

      await stage.control('pools/second', { condition });
      await goOn();

      assert.deepEqual(
        (await stage.truth()).applications.map(({ pool }) => pool),
        ['first'],
      );
      assert.deepEqual(wire.foreign, []);
    });
  }

  it('hands on a 503, because it may have done something, and goes on with the backup pool', async () => {
    await open(true);
    await stage.account.meetings.create({ subject: 'Before' }, stage.signal);

    await stage.control('pools/second', { condition: 'unavailable' });
    await assert.rejects(stage.account.meetings.list(stage.signal), { status: 503 });

    await goOn();
  });

  it('starts meetings on the backup pool after nothing but its P-GET met the failure', async () => {
    await open(true);
    await stage.account.signIn(stage.signal);

    await stage.untilState('application-lost', async () => stage.control('pools/second', { condition: 'closed' }));
    const before = stage.simulator.requests.length;
    const joined = await stage.account.startOnlineMeeting({ subject: 'After' }, stage.signal);

    const asked = stage.simulator.requests.slice(before).map(({ path }) => path);
    assert.ok(asked.some((path) => path.endsWith('/applications')));
    assert.ok(!asked.includes('/'), 'it was known where to go');
    await joined.leave(stage.signal);
  });

  it('makes its application on the backup pool when the remembered one is busy for good', async () => {
    await open(true);
    await stage.account.signIn(stage.signal);
    await stage.untilState('application-lost', async () => stage.control('applications/expire'));

    await stage.control('pools/second', { condition: 'unavailable' });
    await stage.account.meetings.list(stage.signal);

    assert.deepEqual(
      (await stage.truth()).applications.map(({ pool }) => pool),
      ['first'],
    );
  });

  it('F-18: goes home with the pool', async () => {
    await open(true);
    await stage.account.meetings.create({ subject: 'Before' }, stage.signal);
    await stage.control('pools/second', { condition: 'closed' });
    await stage.account.meetings.list(stage.signal);

    await stage.control('pools/second', { condition: 'up' });
    await goOn();

    assert.deepEqual(
      (await stage.truth()).applications.map(({ pool }) => pool),
      ['second'],
    );
  });

  it('F-18: keeps its application where there is no backup pool, and asks discovery once', async () => {
    await open(false);
    await stage.account.signIn(stage.signal);
    const before = discoveries(stage);
    const gone = { match: { path: '/myOnlineMeetings' }, status: 410, contentType: 'application/json', times: 3 };
    await stage.control('faults', { ...gone, body: '{"code":"Gone","subcode":"CannotRedirect"}' });

    for (let count = 0; count < 3; count += 1) {
      await assert.rejects(stage.account.meetings.list(stage.signal), UcwaResponseError);
    }
    await stage.account.meetings.list(stage.signal);

    assert.equal(discoveries(stage) - before, 1);
    assert.equal((await stage.truth()).applications.length, 1);
  });
});
