import { sql } from 'kysely';

import type { SchemaMigration } from './migration';

/** Finds what one person asked for in one conversation and is not over, however much of others is there. */
export const turns: SchemaMigration = {
  name: '0014-turns',
  oldestProgram: 3,
  up: async (db) => {
    await db.schema
      .createIndex('operations_turns')
      .on('operations')
      .columns(['conversation_id', 'person_id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute();
  },
};
