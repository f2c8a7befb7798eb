import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { SqlSeenPeople } from '../../../src/adapters/storage/sql-seen-people';
import { type DatabaseHome, engines, openMigrated } from '../../support/databases';

const ANNA = { zone: 'Europe/Berlin', locale: 'de-DE', channelId: 'msteams', userId: '29:anna' };

describe('SqlSeenPeople', function () {
  this.timeout(20_000);

  for (const { name, newHome } of engines) {
    describe(`on ${name}`, () => {
      let home: DatabaseHome;
      let database: Database;
      let nowMs: number;
      let people: SqlSeenPeople;

      beforeEach(async () => {
        home = await newHome();
        database = await openMigrated(home);
        nowMs = 0;
        people = new SqlSeenPeople(database, () => nowMs);
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      it('knows a person again', async () => {
        await people.save('anna', ANNA);

        assert.deepEqual(await people.find('anna'), ANNA);
        assert.equal(await people.find('ben'), undefined);
      });

      it('keeps what is not said again', async () => {
        await people.save('anna', { zone: 'Europe/Berlin' });
        await people.save('anna', { locale: 'de-DE' });
        await people.save('anna', { zone: 'Asia/Tokyo' });

        assert.deepEqual(await people.find('anna'), { zone: 'Asia/Tokyo', locale: 'de-DE' });
      });

      it('forgets whom nobody has seen for long', async () => {
        await people.save('anna', ANNA);
        nowMs = 1000;
        await people.save('ben', ANNA);

        nowMs = 2000;

        assert.equal(await people.forgetUnseen(1500), 1);
        assert.deepEqual([await people.find('anna'), await people.find('ben')], [undefined, ANNA]);
      });
    });
  }
});
