import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlOperationStore } from '../../../src/adapters/storage/sql-operation-store';
import { SqlQuotas } from '../../../src/adapters/storage/sql-quotas';
import type { Quota } from '../../../src/shared/quotas';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const MINUTE_MS = 60_000;
const ANNA: Quota = { key: 'anna', most: 3, windowMs: MINUTE_MS };
const GROUP: Quota = { key: 'group', most: 5, windowMs: MINUTE_MS };

describe('SqlQuotas', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let nowMs: number;
      let quotas: SqlQuotas;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        nowMs = 1_000_000;
        quotas = new SqlQuotas(database, () => nowMs);
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      /** What one question comes to, as `taken`, or `refused` with the number of the refusal. */
      const take = async (asked: readonly Quota[], activityId?: string): Promise<string> => {
        const activity = activityId === undefined ? undefined : { conversationId: 'a:1', activityId };
        const answers = await quotas.take(asked, activity);
        if (answers === 'known') return answers;
        return answers.map(({ isTaken, refusals }) => (isTaken ? 'taken' : `refused ${String(refusals)}`)).join();
      };

      it('takes as often as it may, and counts who comes too much', async () => {
        const answers = [];
        for (let time = 0; time < 5; time += 1) answers.push(await take([ANNA]));

        assert.deepEqual(answers, ['taken', 'taken', 'taken', 'refused 1', 'refused 2']);
      });

      it('takes no more than it may of those who come at once, and refuses one of them first', async () => {
        const answers = await Promise.all(Array.from({ length: 40 }, async () => take([ANNA])));

        assert.equal(answers.filter((answer) => answer === 'taken').length, 3);
        assert.equal(answers.filter((answer) => answer === 'refused 1').length, 1);
      });

      it('F-41: begins anew when the clock of the database goes back', async () => {
        for (let time = 0; time < 4; time += 1) await take([ANNA]);
        nowMs -= 500_000;

        assert.equal(await take([ANNA]), 'taken');
      });

      it('begins anew when the time is over, and says when that is', async () => {
        for (let time = 0; time < 3; time += 1) await take([ANNA]);
        nowMs += 20_000;
        const refused = await quotas.take([ANNA]);

        assert.deepEqual(refused, [{ isTaken: false, refusals: 1, restMs: 40_000 }]);
        nowMs += 39_999;
        assert.equal(await take([ANNA]), 'refused 2');
        nowMs += 1;
        assert.deepEqual(
          [await take([ANNA]), await take([ANNA]), await take([ANNA]), await take([ANNA])],
          [...['taken', 'taken', 'taken', 'refused 1']],
        );
      });

      it('answers for each key, in their order', async () => {
        for (let time = 0; time < 3; time += 1) await take([ANNA]);

        assert.equal(await take([GROUP, ANNA]), 'taken,refused 1');
        assert.equal(await take([ANNA, GROUP]), 'refused 2,taken');
      });

      it('does not count what was taken before', async () => {
        await new SqlOperationStore(database).take({
          conversationId: 'a:1',
          activityId: 'm-1',
          taker: 'delivery 1',
        });

        assert.equal(await take([ANNA, GROUP], 'm-1'), 'known');
        assert.deepEqual(await database.db.selectFrom('quotas').selectAll().execute(), []);
      });

      it('counts a message once that is delivered to two processes at the same moment', async () => {
        await Promise.all([take([ANNA], 'm-1'), take([ANNA], 'm-1'), take([ANNA], 'm-1')]);

        assert.deepEqual(
          [await take([ANNA], 'm-2'), await take([ANNA], 'm-3'), await take([ANNA], 'm-4')],
          ['taken', 'taken', 'refused 1'],
        );
      });

      it('heeds a limit that was raised', async () => {
        for (let time = 0; time < 4; time += 1) await take([ANNA]);

        assert.equal(await take([{ ...ANNA, most: 4 }]), 'taken');
      });

      it('forgets what is over', async () => {
        await take([ANNA, { ...GROUP, windowMs: 2 * MINUTE_MS }]);
        nowMs += MINUTE_MS;

        await quotas.forgetOver();

        const left = await database.db.selectFrom('quotas').select('key').execute();
        assert.deepEqual(
          left.map(({ key }) => key),
          ['group'],
        );
      });

      it('asks nothing for no quota', async () => {
        await database.close();

        assert.deepEqual(await quotas.take([]), []);
        database = await home.open();
      });
    });
  }
});
