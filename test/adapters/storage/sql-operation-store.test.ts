import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlOperationStore } from '../../../src/adapters/storage/sql-operation-store';
import type { NewOperation, Operation } from '../../../src/journal/operation';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const LEASE = 30_000;

function wanted(id: string, over: Partial<NewOperation> = {}): NewOperation {
  return {
    id,
    kind: 'new',
    personId: 'anna',
    conversationId: 'a:1',
    activityId: `activity ${id}`,
    request: { args: 'Budget review' },
    ...over,
  };
}

function claimed(operation: Operation | undefined): Operation {
  assert.ok(operation, 'nothing was there to claim');
  return operation;
}

describe('SqlOperationStore', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let store: SqlOperationStore;
      let now = 1_780_000_000_000;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        store = new SqlOperationStore(database, () => now);
        now = 1_780_000_000_000;
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      it('accepts an operation once, however often its activity comes', async () => {
        const answers = await Promise.all([
          store.accept(wanted('A')),
          store.accept(wanted('A')),
          store.accept(wanted('A')),
        ]);

        assert.deepEqual(answers.sort(), ['accepted', 'known', 'known']);
        assert.equal((await store.find('A'))?.step, 'accepted');
      });

      it('accepts the same operation from two activities once: a double click', async () => {
        await store.accept(wanted('A'));

        assert.equal(await store.accept(wanted('A', { activityId: 'second click' })), 'known');
        assert.equal((await store.find('A'))?.activityId, 'activity A');
      });

      it('knows an activity that asked for nothing lasting', async () => {
        const activity = { conversationId: 'a:1', activityId: '1', taker: 'first delivery' };
        const again = { ...activity, taker: 'second delivery' };

        assert.deepEqual([await store.take(activity), await store.take(again)], ['accepted', 'known']);
        assert.equal(await store.take({ ...activity, conversationId: 'a:2' }), 'accepted');
      });

      it('F-36: tells the delivery that took an activity from others when it asks again', async () => {
        const activity = { conversationId: 'a:1', activityId: '1' };
        await store.take({ ...activity, taker: 'first' });

        const asked = await Promise.all(['second', 'first'].map(async (taker) => store.take({ ...activity, taker })));

        assert.deepEqual(asked, ['known', 'accepted']);
      });

      it('F-35: says so when nothing was written, for certain', async () => {
        await database.db.schema.dropTable('operations').execute();

        await assert.rejects(store.accept(wanted('A')), { code: 'journal.notWritten' });
        assert.equal(await store.take({ conversationId: 'a:1', activityId: 'activity A', taker: 'x' }), 'accepted');
      });

      it('gives each operation to one of many who ask at once', async () => {
        await Promise.all(Array.from({ length: 20 }, async (_, index) => store.accept(wanted(String(index)))));

        const claims = await Promise.all(
          Array.from({ length: 30 }, async (_, index) => store.claim(String(index), LEASE)),
        );

        const ids = claims.flatMap((claim) => (claim === undefined ? [] : [claim.id]));
        assert.equal(new Set(ids).size, ids.length);
        for (let more = await store.claim('x', LEASE); more !== undefined; more = await store.claim('x', LEASE)) {
          ids.push(more.id);
        }
        assert.equal(new Set(ids).size, 20);
      });

      it('A-41: gives an operation to somebody else when its lease is over, and refuses every write of the first', async () => {
        await store.accept(wanted('A'));
        const first = claimed(await store.claim('one', LEASE));
        assert.equal(await store.claim('two', LEASE), undefined);
        now += LEASE;

        const second = claimed(await store.claim('two', LEASE));

        // A try that vanished with its process is not the fault of the operation.
        assert.deepEqual([second.epoch, second.attempts], [first.epoch + 1, first.attempts]);
        const lost = { code: 'journal.leaseLost' };
        await assert.rejects(store.save(first, { meetingSent: true }), lost);
        await assert.rejects(store.renew(first, LEASE), lost);
        await assert.rejects(store.release(first, { delayMs: 0, counts: true }), lost);
        assert.equal((await store.find('A'))?.meetingSentAt, undefined);
      });

      it('knows what has to wait for what the same person asked for in the same conversation before', async () => {
        await store.accept(wanted('A'));
        now += 1;
        for (const over of [{}, { conversationId: 'a:2' }, { personId: 'ben' }]) {
          await store.accept(wanted(`B ${JSON.stringify(over)}`, over));
        }
        const behind = async (): Promise<readonly boolean[]> => {
          const found = [{}, { conversationId: 'a:2' }, { personId: 'ben' }].map(async (over) =>
            store.isBehind(claimed(await store.find(`B ${JSON.stringify(over)}`)), 'reminder'),
          );
          return Promise.all(found);
        };
        assert.deepEqual(await behind(), [true, false, false]);

        // A try that only had to wait changes nothing, a first failure does.
        for (const counts of [false, true]) {
          const first = claimed(await store.claim('one', LEASE));
          assert.deepEqual([first.id, await behind()], ['A', [true, false, false]]);
          await store.release(first, { delayMs: -10, counts });
        }
        assert.deepEqual(await behind(), [false, false, false]);
      });

      it('waits until it is known what came of it, and for nothing of a kind that is apart', async () => {
        await store.accept(wanted('A'));
        const first = claimed(await store.claim('one', LEASE));
        now += 1;
        await store.accept(wanted('B'));
        const second = claimed(await store.find('B'));
        assert.deepEqual([await store.isBehind(second, 'other'), await store.isBehind(second, 'new')], [true, false]);

        await store.save(first, { step: 'answered', answer: 'done' });

        assert.equal(await store.isBehind(second, 'other'), false);
      });

      it('goes by when things were asked for, whenever they were accepted', async () => {
        await store.accept(wanted('LATER', { askedAt: now + 2 }));
        now += 10;
        await store.accept(wanted('EARLIER', { askedAt: now - 9 }));

        const [later, earlier] = [claimed(await store.find('LATER')), claimed(await store.find('EARLIER'))];

        assert.deepEqual([await store.isBehind(later, 'other'), await store.isBehind(earlier, 'other')], [true, false]);
      });

      it('counts the tries of an answer from none, also when its first has to wait', async () => {
        await store.accept(wanted('A'));
        const first = claimed(await store.claim('one', LEASE));
        const answered = await store.save(first, { step: 'answered', answer: 'done', attempts: 0 });
        await store.release(answered, { delayMs: 0, counts: false });

        assert.equal((await store.find('A'))?.attempts, 0);
      });

      it('waits for nothing that has vanished several times', async () => {
        await store.accept(wanted('A'));
        now += 1;
        await store.accept(wanted('B'));
        const second = claimed(await store.find('B'));
        const seen: boolean[] = [];
        for (let time = 0; time < 4; time += 1) {
          assert.equal((await store.claim('one', LEASE))?.id, 'A');
          seen.push(await store.isBehind(second, 'other'));
          now += LEASE;
        }

        assert.deepEqual(seen, [true, true, true, false]);
      });

      it('lets the process go first that took an operation, where a click may wait', async () => {
        await store.accept(wanted('A', { takenBy: 'one' }));
        await store.accept(wanted('B', { takenBy: 'one' }));

        assert.equal(await store.claim('two', LEASE), undefined);
        assert.equal((await store.claim('one', LEASE))?.id, 'A');
        now += 1000;
        assert.equal((await store.claim('two', LEASE))?.id, 'B');
      });

      it('keeps an operation whose lease is renewed', async () => {
        await store.accept(wanted('A'));
        const first = claimed(await store.claim('one', LEASE));
        now += LEASE - 1;
        await store.renew(first, LEASE);
        now += LEASE - 1;

        assert.equal(await store.claim('two', LEASE), undefined);
      });

      it('leaves an operation that was given back to whoever comes next, although its lease is renewed late', async () => {
        await store.accept(wanted('A'));
        const first = claimed(await store.claim('one', LEASE));
        await store.release(first, { delayMs: 0, counts: false });

        await assert.rejects(store.renew(first, LEASE), { code: 'journal.leaseLost' });

        assert.equal((await store.claim('two', LEASE))?.id, 'A');
      });

      it('lets a released operation rest, and the others go on', async () => {
        await store.accept(wanted('A'));
        now += 1;
        await store.accept(wanted('B'));
        await store.release(claimed(await store.claim('one', LEASE)), { delayMs: 5000, counts: false });

        assert.equal((await store.claim('one', LEASE))?.id, 'B');
        assert.equal(await store.claim('one', LEASE), undefined);
        assert.equal(await store.dueIn(), 5000);
        now += 5000;
        assert.equal(await store.dueIn(), 0);
        const again = claimed(await store.claim('one', LEASE));
        assert.deepEqual([again.id, again.attempts], ['A', 1]);
      });

      it('gives out an operation only while it is due, free and not over', async () => {
        await store.accept(wanted('A'));
        const mine = claimed(await store.claim('one', LEASE));

        assert.equal(await store.claim('two', LEASE), undefined);
        await store.save(mine, { step: 'ended' });
        now += LEASE;
        assert.equal(await store.claim('two', LEASE), undefined);
        assert.equal(await store.dueIn(), undefined);
      });

      it('writes down progress, and forgets what was said when it is over', async () => {
        await store.accept(wanted('A'));
        let mine = claimed(await store.claim('one', LEASE));
        mine = await store.save(mine, { meetingSent: true, cardSent: true });
        assert.deepEqual([mine.meetingSentAt, mine.cardSentAt], [now, now]);

        mine = await store.save(mine, {
          step: 'answered',
          meetingId: 'M1',
          answer: { text: 'Here' },
          meetingSent: false,
        });
        assert.deepEqual([mine.meetingId, mine.meetingSentAt, mine.answer], ['M1', undefined, { text: 'Here' }]);
        mine = await store.save(mine, { step: 'ended' });

        assert.deepEqual([mine.step, mine.request, mine.answer], ['ended', undefined, undefined]);
        const rows = await database.db.selectFrom('operations').selectAll().execute();
        assert.doesNotMatch(JSON.stringify(rows), /Budget|Here/u);
      });

      it('takes the first card it hears of for the card, and any other for a duplicate', async () => {
        await store.accept(wanted('A'));
        const mine = claimed(await store.claim('one', LEASE));

        assert.equal(await store.receipt('A', 'card 1'), 'card');
        assert.equal(await store.receipt('A', 'card 1'), 'card');
        assert.equal(await store.receipt('A', 'card 2'), 'duplicate');
        assert.equal((await store.save(mine, { cardActivityId: 'card 3' })).cardActivityId, 'card 1');
        assert.equal((await store.save(mine, { cardActivityId: undefined })).cardActivityId, undefined);
        assert.equal(await store.receipt('nobody', 'card 1'), 'unknown');
      });

      it('lets an operation go on when the card it waits for is seen', async () => {
        await store.accept(wanted('A'));
        const mine = await store.save(claimed(await store.claim('one', LEASE)), { cardSent: true });
        await store.release(mine, { delayMs: 12_000, counts: false });

        await store.receipt('A', 'card 1');

        const again = claimed(await store.claim('one', LEASE));
        assert.deepEqual([again.cardActivityId, again.cardSentAt], ['card 1', undefined]);
      });

      it('forgets what ended long ago, and nothing that is under way', async () => {
        await store.accept(wanted('A'));
        await store.save(claimed(await store.claim('one', LEASE)), { step: 'ended' });
        await store.accept(wanted('B'));
        now += 1000;

        assert.equal(await store.forget(1000), 0);
        now += 1;
        assert.equal(await store.forget(1000), 1);

        assert.equal(await store.find('A'), undefined);
        assert.equal((await store.find('B'))?.step, 'accepted');
      });

      it('remembers everything after it was opened again', async () => {
        await store.accept(wanted('A'));
        await store.save(claimed(await store.claim('one', LEASE)), { meetingSent: true });
        await database.close();

        database = await home.open();

        const found = await new SqlOperationStore(database).find('A');
        assert.deepEqual(found, {
          ...wanted('A'),
          ...{ step: 'accepted', attempts: 1, epoch: 1, askedAt: now, acceptedAt: now, meetingSentAt: now },
          ...{ cardActivityId: undefined, cardSentAt: undefined, meetingId: undefined, answer: undefined },
          ...{ isToStop: false, tryingUntil: undefined, vanished: 0 },
        });
      });

      it('asks the database for the time', async () => {
        const before = Date.now();

        const said = await new SqlOperationStore(database).now();

        assert.ok(Math.abs(said - before) < 60_000, String(said));
        assert.ok(Number.isInteger(said));
      });
    });
  }
});
