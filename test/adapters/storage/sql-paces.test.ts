import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { forgetWhatIsOver } from '../../../src/adapters/storage/retention';
import { SqlPaces } from '../../../src/adapters/storage/sql-paces';
import { keepsPaces, type TestTime } from '../../shared/paces-contract';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

describe('SqlPaces', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;

      before(async () => {
        home = await newHome();
        database = await openMigrated(home);
      });

      beforeEach(async () => {
        await database.db.deleteFrom('paces').execute();
      });

      after(async () => {
        await database.close();
        await home.remove();
      });

      // eslint-disable-next-line mocha/no-setup-in-describe -- a contract is a list of tests
      keepsPaces((time: TestTime) => new SqlPaces(database, () => time.ms));

      it('F-41: holds nothing up when the clock of the database goes back', async () => {
        let nowMs = 10_000_000;
        const paces = new SqlPaces(database, () => nowMs);
        const rate = { burst: 5, everyMs: 600 };
        for (const key of ['chat', 'another chat']) await paces.hold(key, rate, 60_000);
        const held = await paces.reserve('chat', rate);
        nowMs -= 3_600_000;

        const after = [await paces.reserve('chat', rate), await paces.tryTake('another chat', rate)];

        assert.equal(held, 60_000);
        assert.deepEqual(after, [0, true]);
      });

      it('gives everybody who asks at the same moment a place of their own', async () => {
        const replicas = [new SqlPaces(database, () => 1000), new SqlPaces(database, () => 1000)];
        const rate = { burst: 5, everyMs: 600 };

        const waits = await Promise.all(
          Array.from({ length: 40 }, async (_, index) => replicas[index % 2]?.reserve('chat', rate)),
        );
        const taken = await Promise.all(
          Array.from({ length: 40 }, async (_, index) => replicas[index % 2]?.tryTake('another chat', rate)),
        );

        const expected = Array.from({ length: 40 }, (_, index) => Math.max(0, index - 4) * 600);
        assert.deepEqual(
          waits.map(Number).sort((one, other) => one - other),
          expected,
        );
        assert.equal(taken.filter(Boolean).length, 5);
      });

      it('lets processes that take the same places in different order not wait for each other', async () => {
        const paces = new SqlPaces(database);
        const [chat, tenant] = ['chat', 'tenant'].map((key) => ({ key, rate: { burst: 1000, everyMs: 1 } }));
        assert.ok(chat !== undefined && tenant !== undefined);

        const waits = await Promise.all(
          Array.from({ length: 60 }, async (_, index) =>
            paces.reserveAll(index % 2 === 0 ? [chat, tenant] : [tenant, chat]),
          ),
        );

        assert.deepEqual([...new Set(waits)], [0]);
      });

      it('goes by the clock of the database', async () => {
        const paces = new SqlPaces(database);
        const rate = { burst: 1, everyMs: 60_000 };

        assert.equal(await paces.reserve('chat', rate), 0);

        const wait = await paces.reserve('chat', rate);
        assert.ok(wait > 50_000 && wait <= 60_000, `waits ${String(wait)} ms`);
      });

      it('is tidied: a key whose places are all free is forgotten, any other is not', async () => {
        const longAgo = new SqlPaces(database, () => 1000);
        await longAgo.reserve('quiet', { burst: 1, everyMs: 1000 });
        await new SqlPaces(database).reserve('busy', { burst: 1, everyMs: 600_000 });

        await forgetWhatIsOver(database, new Date());

        const rows = await database.db.selectFrom('paces').select('key').execute();
        assert.deepEqual(
          rows.map(({ key }) => key),
          ['busy'],
        );
      });
    });
  }
});
