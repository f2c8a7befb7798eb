import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlParking } from '../../../src/adapters/storage/sql-parking';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const PLACE = { personId: 'anna', conversationId: 'a:1' };
const MINUTE_MS = 60_000;

describe('SqlParking', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let nowMs: number;
      let parking: SqlParking;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        nowMs = 0;
        parking = new SqlParking(database, () => nowMs);
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const rows = async (): Promise<unknown[]> => database.db.selectFrom('parked_turns').selectAll().execute();

      it('gives a request out once, and keeps nothing of it', async () => {
        await parking.park(PLACE, { id: 'p-1', request: { text: 'new Budget' } });

        assert.deepEqual(await parking.take(PLACE), { id: 'p-1', request: { text: 'new Budget' }, cardId: undefined });
        assert.equal(await parking.take(PLACE), undefined);
        assert.deepEqual(await rows(), []);
      });

      it('gives a request to one of many who ask at the same moment', async () => {
        await parking.park(PLACE, { id: 'p-1', request: {} });

        const taken = await Promise.all(Array.from({ length: 20 }, async () => parking.take(PLACE)));

        assert.equal(taken.filter((one) => one !== undefined).length, 1);
      });

      it('keeps the newest of each person in each conversation', async () => {
        await parking.park(PLACE, { id: 'p-1', request: 'first', cardId: 'card-1' });
        await parking.park(PLACE, { id: 'p-2', request: 'second' });
        await parking.park({ ...PLACE, conversationId: 'a:2' }, { id: 'p-3', request: 'elsewhere' });
        await parking.park({ ...PLACE, personId: 'ben' }, { id: 'p-4', request: 'his' });

        assert.deepEqual(await parking.take(PLACE), { id: 'p-2', request: 'second', cardId: undefined });
        assert.equal((await parking.take({ ...PLACE, conversationId: 'a:2' }))?.request, 'elsewhere');
        assert.equal((await parking.take({ ...PLACE, personId: 'ben' }))?.request, 'his');
      });

      it('forgets after ten minutes, by the clock of the database', async () => {
        await parking.park(PLACE, { id: 'p-1', request: {} });
        await parking.park({ ...PLACE, personId: 'ben' }, { id: 'p-2', request: {} });

        nowMs = 10 * MINUTE_MS - 1;
        assert.ok(await parking.take(PLACE));
        nowMs = 10 * MINUTE_MS;
        assert.equal(await parking.take({ ...PLACE, personId: 'ben' }), undefined);
        assert.deepEqual(await rows(), []);
      });

      it('forgets what nobody came back for', async () => {
        await parking.park(PLACE, { id: 'p-1', request: { text: 'secret' } });
        nowMs = MINUTE_MS;
        await parking.park({ ...PLACE, personId: 'ben' }, { id: 'p-2', request: {} });

        nowMs = 10 * MINUTE_MS;

        assert.equal(await parking.forgetOver(), 1);
        assert.doesNotMatch(JSON.stringify(await rows()), /secret/u);
        assert.equal((await rows()).length, 1);
      });

      it('remembers the card of what waits, and says when nothing does any more', async () => {
        await parking.park(PLACE, { id: 'p-1', request: {} });

        assert.equal(await parking.cardPosted(PLACE, { id: 'p-1', cardId: 'card-1' }), true);
        assert.equal(await parking.cardPosted(PLACE, { id: 'p-0', cardId: 'card-0' }), false);
        assert.equal((await parking.take(PLACE))?.cardId, 'card-1');
        assert.equal(await parking.cardPosted(PLACE, { id: 'p-1', cardId: 'card-1' }), false);
      });

      it('knows for a day for whom a card is', async () => {
        await parking.ownCard('exchange-1', 'anna');

        nowMs = 24 * 60 * MINUTE_MS - 1;
        await parking.forgetOver();
        assert.equal(await parking.ownerOf('exchange-1'), 'anna');
        assert.equal(await parking.ownerOf('exchange-2'), undefined);
        nowMs = 24 * 60 * MINUTE_MS;
        assert.equal(await parking.ownerOf('exchange-1'), undefined);
        await parking.forgetOver();
        assert.deepEqual(await database.db.selectFrom('sign_in_cards').selectAll().execute(), []);
      });
    });
  }
});
