import type { Database } from '../adapters/storage/database';
import { migrate } from '../adapters/storage/migrate';
import { AppError } from '../shared/app-error';

/** What was asked for is no command of the tool; the message lists them. */
export class StoreToolUsageError extends AppError {
  readonly code = 'storeTool.usage';
}

/** What the tool works on. */
export interface StoreToolDeps {
  /** Opens the configured database. */
  readonly open: () => Promise<Database>;
  /** Tells the person at the terminal one line. */
  readonly write: (line: string) => void;
}

type Command = (database: Database, write: StoreToolDeps['write']) => Promise<void>;

const commands: Readonly<Record<string, { readonly does: string; readonly run: Command }>> = {
  migrate: { does: 'brings the tables to the version of this program', run: migrateTables },
};

/**
 * Runs one command for the administrator of the database.
 *
 * @throws StoreToolUsageError, and whatever opening the database throws.
 */
export async function runStoreTool(
  { command }: { readonly command: string; readonly args: readonly string[] },
  { open, write }: StoreToolDeps,
): Promise<void> {
  const found = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (found === undefined) {
    const lines = Object.entries(commands).map(([name, { does }]) => `  ${name}  ${does}`);
    throw new StoreToolUsageError(`Usage: npm run store -- <command>\n${lines.join('\n')}`);
  }
  const database = await open();
  try {
    await found.run(database, write);
  } finally {
    await database.close();
  }
}

async function migrateTables(database: Database, write: StoreToolDeps['write']): Promise<void> {
  const { applied, version } = await migrate(database);
  for (const name of applied) write(`applied ${name}`);
  write(`The tables are of version ${String(version)}.`);
}
