import assert from 'node:assert/strict';

import type { Database } from '../../../src/adapters/storage/database';
import { assertUsable, migrate, programVersion } from '../../../src/adapters/storage/migrate';
import { migrations, type SchemaMigration } from '../../../src/adapters/storage/migrations';
import { type DatabaseHome, engines } from '../../support/databases';

/** A release after this one: `oldestProgram` says whether this program still works on its tables. */
function next(oldestProgram: number): readonly SchemaMigration[] {
  const step: SchemaMigration = {
    name: '9999-of-the-next-release',
    oldestProgram,
    up: async (db) => db.schema.createTable('of_the_next_release').addColumn('id', 'text').execute(),
  };
  return [...migrations, step];
}

const BROKEN: SchemaMigration = {
  name: '9999-broken',
  oldestProgram: 1,
  up: async (db) => {
    await db.schema.createTable('half_done').addColumn('id', 'text').execute();
    await db.schema.createTable('half_done').addColumn('id', 'text').execute();
  },
};

describe('migrate', () => {
  for (const { name, newHome } of engines) {
    describe(`on ${name}`, function () {
      this.timeout(20_000);
      let home: DatabaseHome;
      let database: Database;

      beforeEach(async () => {
        home = await newHome();
        database = await home.open();
      });

      afterEach(async () => {
        await database.close();
        await home.remove();
      });

      const tables = async (): Promise<string[]> =>
        (await database.db.introspection.getTables()).map(({ name }) => name);

      it('makes the tables, and does nothing the second time', async () => {
        const first = await migrate(database);
        const second = await migrate(database);

        assert.deepEqual(first, { applied: migrations.map(({ name }) => name), version: programVersion });
        assert.deepEqual(second, { applied: [], version: programVersion });
        await assertUsable(database);
      });

      it('says what to do when the tables are too old for this program, and leaves them alone', async () => {
        await assert.rejects(assertUsable(database), { code: 'store.version', message: /npm run migrate/u });

        assert.deepEqual(await tables(), []);
      });

      it('works on tables of the next release that still suit it, and leaves them as they are', async () => {
        await migrate(database, next(programVersion));

        await assertUsable(database);
        assert.deepEqual(await migrate(database), { applied: [], version: programVersion + 1 });
      });

      it('refuses tables of a release that is too new', async () => {
        await migrate(database, next(programVersion + 1));

        await assert.rejects(assertUsable(database), { code: 'store.version', message: /newer program/u });
        await assert.rejects(migrate(database), { code: 'store.version' });
      });

      it('leaves nothing of a step that fails', async () => {
        await migrate(database);

        await assert.rejects(migrate(database, [...migrations, BROKEN]));

        assert.ok(!(await tables()).includes('half_done'));
        await assertUsable(database);
      });
    });
  }
});
