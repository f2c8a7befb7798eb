import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** When things were asked for; and an index for what one person asked for in one conversation, however much of others is there. */
export const order: SchemaMigration = {
  name: '0014-order',
  // A program that does not know the column leaves it open.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema.alterTable('operations').addColumn('asked_at', 'bigint').execute();
    await db.schema
      .createIndex('operations_order')
      .on('operations')
      .columns(['conversation_id', 'person_id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
  },
};
