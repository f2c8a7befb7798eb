import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { migrate } from '../../src/adapters/storage/migrate';
import { openDatabase, openStorage, type Storage, type StorageSettings } from '../../src/adapters/storage/storage';
import { openWatch, type Watch } from '../../src/compose/watch';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { RecordingLogger } from '../support/recording-logger';

describe('openWatch', function () {
  this.timeout(60_000);

  let postgres: TestPostgres;
  let store: Storage;
  let stopping: AbortController;
  let watch: Watch;
  let url: string | undefined;

  beforeEach(async () => {
    const log = new RecordingLogger();
    postgres = await startPostgres();
    const settings = { dataDir: '.', databaseUrl: await postgres.createDatabase() };
    await migrateAt(settings, log);
    store = await openStorage(settings, log);
    stopping = new AbortController();
    const parts = { store, log, checks: {}, droppedLines: () => 3, stopping: stopping.signal };
    watch = openWatch({ metrics: { port: 0, host: '127.0.0.1' } }, parts);
    url = await watch.begin();
  });

  afterEach(async () => {
    stopping.abort();
    watch.stop();
    await store.close();
    await postgres.stop('immediate').catch(() => undefined);
  });

  const waitingFor = (): readonly string[] => watch.readiness.report().waitingFor;

  /** @returns after how many milliseconds it was so. */
  async function until(isSo: () => boolean): Promise<number> {
    const startedAt = performance.now();
    while (!isSo() && performance.now() - startedAt < 20_000) await pause(50);
    return performance.now() - startedAt;
  }

  /** The value of a metric without labels. */
  async function valueOf(name: string): Promise<string | undefined> {
    const text = await (await fetch(url ?? '')).text();
    return new RegExp(`^${name} (.*)$`, 'mu').exec(text)?.[1];
  }

  it('P-35: is not ready within ten seconds after the database stopped, and ready again when it is back', async () => {
    const before = waitingFor();
    await postgres.stop('immediate');
    const lostAfterMs = await until(() => waitingFor().includes('database'));
    const [ready, operations] = [await valueOf('confer_ready'), await valueOf('confer_journal_operations')];
    await postgres.start();
    await until(() => waitingFor().length === 0);

    assert.deepEqual(before, []);
    assert.ok(lostAfterMs < 10_000, String(lostAfterMs));
    assert.deepEqual([ready, operations], ['0', 'Nan']);
    assert.deepEqual(waitingFor(), []);
    assert.equal(await valueOf('confer_ready'), '1');
  });

  it('P-35: is not ready within ten seconds after the database hangs, however it goes on', async () => {
    const hanging = await HangingDatabase.before(postgres.port);
    const log = new RecordingLogger();
    const direct = await postgres.createDatabase();
    const settings = { dataDir: '.', databaseUrl: direct.replace(String(postgres.port), String(hanging.port)) };
    await migrateAt(settings, log);
    const behind = await openStorage(settings, log);
    const parts = { store: behind, log, checks: {}, stopping: stopping.signal };
    const other = openWatch({ metrics: undefined }, parts);
    await other.begin();
    await behind.ping();

    hanging.hang();
    const lostAfterMs = await until(() => other.readiness.report().waitingFor.includes('database'));
    hanging.stop();
    await behind.close();

    assert.ok(lostAfterMs > 100 && lostAfterMs < 10_000, String(lostAfterMs));
  });

  it('shows the journal as it is, and lines that were thrown away once', async () => {
    const operation = { id: 'A', kind: 'new', personId: 'p', conversationId: 'c', activityId: 'a', request: {} };
    const empty = [await valueOf('confer_journal_operations'), await valueOf('confer_journal_oldest_seconds')];

    await store.journal.accept(operation);

    assert.deepEqual(empty, ['0', '0']);
    assert.equal(await valueOf('confer_journal_operations'), '1');
    assert.equal(await valueOf('confer_log_lines_dropped_total'), '3');
  });
});

async function migrateAt(settings: StorageSettings, log: RecordingLogger): Promise<void> {
  const database = await openDatabase(settings, log);
  await migrate(database);
  await database.close();
}

/** Stands before a database; when it hangs, connections stay open and nothing goes through any more. */
class HangingDatabase {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  #hangs = false;

  private constructor(port: number) {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => undefined);
      if (this.#hangs) return;
      const onward = connect(port, '127.0.0.1');
      onward.on('error', () => undefined);
      this.#sockets.push(onward);
      socket.pipe(onward).pipe(socket);
    });
  }

  static async before(port: number): Promise<HangingDatabase> {
    const database = new HangingDatabase(port);
    database.#server.listen(0, '127.0.0.1');
    await once(database.#server, 'listening');
    return database;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  hang(): void {
    this.#hangs = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
