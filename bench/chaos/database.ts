import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { startPostgres } from '../../test/support/postgres';

/** A PostgreSQL server for one storm. */
export interface StormDatabase {
  readonly url: string;
  /** Ends the server in the middle of whatever it does, and starts it again on what is left. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a server of its own with an empty database. */
export async function startDatabase(): Promise<StormDatabase> {
  const server = await startPostgres();
  return {
    url: await server.createDatabase(),
    crash: async () => {
      await server.stop('immediate');
      await server.start();
    },
    stop: async () => server.stop('immediate'),
  };
}

/** Makes the tables. */
export async function migrateDatabase(url: string): Promise<void> {
  const database = await openPostgres({ url, onConnectionLost: () => undefined });
  await migrate(database);
  await database.close();
}
