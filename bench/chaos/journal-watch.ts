import path from 'node:path';

import { DatabaseSync } from '@photostructure/sqlite';
import { Client } from 'pg';

import { databaseFile } from '../../src/adapters/storage/sqlite';

const unfinished =
  'select (select count(*) from operations where ended_at is null) + (select count(*) from sweeps) as count';

/** Counts the operations that have not ended, beside the processes that work on them. */
export async function countUnfinished(place: { dataDir: string; databaseUrl: string | undefined }): Promise<number> {
  if (place.databaseUrl === undefined) {
    const database = new DatabaseSync(path.join(place.dataDir, databaseFile), { readOnly: true });
    try {
      return (database.prepare(unfinished).get() as { count: number }).count;
    } finally {
      database.close();
    }
  }
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(unfinished);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
