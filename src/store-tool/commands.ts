import { backUpSqlite, restoreSqlite } from '../adapters/storage/backup';
import { copyDatabase } from '../adapters/storage/copy';
import type { Database } from '../adapters/storage/database';
import { migrate } from '../adapters/storage/migrate';
import { erasePersonData, readPersonData } from '../adapters/storage/person-data';
import { forgetWhatIsOver } from '../adapters/storage/retention';
import { AppError } from '../shared/app-error';

/** What the tool works on. */
export interface StoreToolDeps {
  readonly dataDir: string;
  /** PostgreSQL, where one is configured. */
  readonly databaseUrl: string | undefined;
  /** Opens the configured database. */
  readonly open: () => Promise<Database>;
  /** Opens the embedded database, whatever is configured. */
  readonly openEmbedded: () => Promise<Database>;
  readonly now: () => Date;
  /** Tells the person at the terminal one line. */
  readonly write: (line: string) => void;
}

/** The command does not fit what is configured; the message says what does. */
export class StoreToolSettingError extends AppError {
  readonly code = 'storeTool.setting';
}

/** One command of the tool. */
export interface StoreCommand {
  readonly name: string;
  /** What has to be typed behind it. */
  readonly needs: readonly string[];
  readonly does: string;
  readonly run: Run;
}

type Run = (deps: StoreToolDeps, args: readonly string[]) => Promise<void>;

const migrateTables: Run = async ({ open, write }) =>
  withDatabase(open, async (database) => {
    const { applied, version } = await migrate(database);
    for (const name of applied) write(`applied ${name}`);
    write(`The tables are of version ${String(version)}.`);
  });

const backUp: Run = async ({ dataDir, databaseUrl, write }, [file = '']) => {
  assertEmbedded(databaseUrl, 'pg_dump');
  await backUpSqlite(dataDir, file);
  write(`The database is in ${file}.`);
};

const restore: Run = async ({ dataDir, databaseUrl, now, write }, [file = '']) => {
  assertEmbedded(databaseUrl, 'pg_restore');
  const former = await restoreSqlite(dataDir, file, now());
  write(`${file} is the database now.`);
  if (former !== undefined) write(`The former one is ${former}.`);
};

const tidy: Run = async ({ open, now, write }) =>
  withDatabase(open, async (database) => {
    const { meetings, operations } = await forgetWhatIsOver(database, now());
    write(`Forgot ${String(meetings)} meetings and ${String(operations)} operations.`);
  });

const exportPerson: Run = async ({ open, write }, [person = '']) =>
  withDatabase(open, async (database) => {
    write(JSON.stringify(await readPersonData(database, person), undefined, 2));
  });

const erasePerson: Run = async ({ open, write }, [person = '']) =>
  withDatabase(open, async (database) => {
    write(`Forgot ${String(await erasePersonData(database, person))} entries.`);
  });

const move: Run = async ({ open, openEmbedded, databaseUrl, write }) => {
  if (databaseUrl === undefined) throw new StoreToolSettingError('Set DATABASE_URL to where everything shall go.');
  await withDatabase(openEmbedded, async (source) =>
    withDatabase(open, async (target) => {
      await migrate(source);
      for (const [table, rows] of await copyDatabase(source, target)) write(`${table}: ${String(rows)}`);
    }),
  );
  write('Everything is in PostgreSQL. Start Confer with DATABASE_URL set.');
};

/** Every command, in the order help lists them. */
export const commands: readonly StoreCommand[] = [
  { name: 'migrate', needs: [], does: 'brings the tables to the version of this program', run: migrateTables },
  {
    name: 'backup',
    needs: ['FILE'],
    does: 'copies the embedded database into a new file; Confer may run',
    run: backUp,
  },
  {
    name: 'restore',
    needs: ['FILE'],
    does: 'puts a backup in the place of the embedded database; stop Confer first',
    run: restore,
  },
  { name: 'tidy', needs: [], does: 'forgets what has been over for 30 days, as Confer does every day', run: tidy },
  {
    name: 'export',
    needs: ['PERSON'],
    does: 'writes what is known of a person, named by their directory object id, as JSON',
    run: exportPerson,
  },
  {
    name: 'erase',
    needs: ['PERSON'],
    does: 'forgets a person; their meetings stay, without their name',
    run: erasePerson,
  },
  {
    name: 'move',
    needs: [],
    does: 'copies the embedded database into the empty PostgreSQL of DATABASE_URL; stop Confer first',
    run: move,
  },
];

function assertEmbedded(databaseUrl: string | undefined, tool: string): void {
  if (databaseUrl === undefined) return;
  throw new StoreToolSettingError(`DATABASE_URL is set: use ${tool} of PostgreSQL.`);
}

async function withDatabase(open: () => Promise<Database>, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await open();
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
