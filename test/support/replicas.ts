import type { Database } from '../../src/adapters/storage/database';
import { SqlMeetingStore } from '../../src/adapters/storage/sql-meeting-store';
import { SqlOperationStore } from '../../src/adapters/storage/sql-operation-store';
import { SqlParking } from '../../src/adapters/storage/sql-parking';
import { SqlQuotas } from '../../src/adapters/storage/sql-quotas';
import { SqlSeenPeople } from '../../src/adapters/storage/sql-seen-people';

import { type DatabaseHome, type EngineUnderTest, openMigrated } from './databases';

/** What one of several bots keeps in the store they share. */
export interface ReplicaStores {
  readonly database: Database;
  readonly store: SqlMeetingStore;
  readonly journal: SqlOperationStore;
  readonly parking: SqlParking;
  readonly quotas: SqlQuotas;
  readonly people: SqlSeenPeople;
}

/**
 * One store for two bots, as they have it behind a balancer: each with connections of its own. The embedded database belongs
 * to one process, so there they share the one connection.
 */
export class SharedStore {
  readonly replicas: readonly [ReplicaStores, ReplicaStores];
  readonly #home: DatabaseHome;

  private constructor(home: DatabaseHome, databases: readonly [Database, Database]) {
    this.#home = home;
    this.replicas = [storesIn(databases[0]), storesIn(databases[1])];
  }

  static async open(newHome: EngineUnderTest['newHome']): Promise<SharedStore> {
    const home = await newHome();
    const one = await openMigrated(home);
    const other = one.engine === 'sqlite' ? one : await home.open();
    return new SharedStore(home, [one, other]);
  }

  async close(): Promise<void> {
    const databases = new Set(this.replicas.map(({ database }) => database));
    for (const database of databases) await database.close();
    await this.#home.remove();
  }
}

function storesIn(database: Database): ReplicaStores {
  return {
    database,
    store: new SqlMeetingStore(database, () => new Date()),
    journal: new SqlOperationStore(database),
    parking: new SqlParking(database),
    quotas: new SqlQuotas(database),
    people: new SqlSeenPeople(database),
  };
}
