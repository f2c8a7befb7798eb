import { type RawBuilder, sql } from 'kysely';

import type { Database } from '../../src/adapters/storage/database';
import { migrate } from '../../src/adapters/storage/migrate';
import { openInMemory } from '../../src/adapters/storage/sqlite';

/** What makes the tables of a migrated database, and their first rows: migrating takes ten times as long, and tests do it thousands of times. */
let making: Promise<readonly RawBuilder<unknown>[]> | undefined;

/** A database in memory as `migrate` leaves it, which is gone when it is closed. */
export async function openMigratedInMemory(): Promise<Database> {
  making ??= statementsOfMigrated();
  const statements = await making;
  const database = openInMemory();
  await database.db.transaction().execute(async (transaction) => {
    for (const statement of statements) await statement.execute(transaction);
  });
  return database;
}

async function statementsOfMigrated(): Promise<readonly RawBuilder<unknown>[]> {
  const { db, ...database } = openInMemory();
  await migrate({ ...database, db });
  const { rows: parts } = await sql<{ name: string; type: string; sql: string }>`
    select name, type, sql from sqlite_master where sql is not null and name not like 'sqlite_%'`.execute(db);
  const statements = parts.map((part) => sql.raw(part.sql));
  for (const { name } of parts.filter(({ type }) => type === 'table')) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const row of rows) {
      const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
      statements.push(sql`insert into ${sql.table(name)} (${columns}) values (${sql.join(Object.values(row))})`);
    }
  }
  await database.close();
  return statements;
}
