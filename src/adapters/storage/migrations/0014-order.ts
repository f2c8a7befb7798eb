import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** Finds what one person asked for in one conversation and is not over, however much of others is there. */
export const order: SchemaMigration = {
  name: '0014-order',
  // A program that does not know this index reads as before, only slower.
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createIndex('operations_order')
      .on('operations')
      .columns(['conversation_id', 'person_id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
  },
};
