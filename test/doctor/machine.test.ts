import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { migrate } from '../../src/adapters/storage/migrate';
import { openPostgres } from '../../src/adapters/storage/postgres';
import { databaseFile, openSqlite } from '../../src/adapters/storage/sqlite';
import { loadConfig } from '../../src/config/config';
import type { Finding } from '../../src/doctor/finding';
import { checkNode, checkPorts, checkStorage, OLDEST_NODE } from '../../src/doctor/machine';
import { sharedPostgres } from '../support/postgres';

describe('what the doctor says of the machine', () => {
  describe('checkNode', () => {
    for (const [version, level] of [
      ['18.20.4', 'problem'],
      ['20.18.1', 'problem'],
      ['20.19.0', 'ok'],
      ['22.12.0', 'ok'],
      ['24.0.0', 'ok'],
    ] as const) {
      it(`takes ${version} as ${level}`, () => {
        assert.equal(checkNode(version).level, level);
      });
    }

    it('asks for what package.json asks for', async () => {
      const { engines } = JSON.parse(await readFile('package.json', 'utf8')) as { engines: { node: string } };

      assert.equal(engines.node, `>=${String(OLDEST_NODE.major)}.${String(OLDEST_NODE.minor)}`);
    });
  });

  describe('checkStorage', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'confer-doctor-'));
    });

    afterEach(async () => {
      await rm(folder, { recursive: true });
    });

    const check = async (dataDir: string, databaseUrl?: string): Promise<Finding> =>
      checkStorage({ dataDir, databaseUrl });

    it('accepts a folder that is still to be made, and does not make it', async () => {
      const finding = await check(path.join(folder, 'a', 'b'));

      assert.equal(finding.level, 'ok');
      assert.deepEqual(await readdir(folder), []);
    });

    it('accepts a folder with a store in it, at work or not, and adds nothing to it', async () => {
      const store = await openSqlite(folder);
      await migrate(store);
      assert.equal((await check(folder)).level, 'ok');
      await store.close();
      const files = await readdir(folder);

      assert.deepEqual(await check(folder), {
        level: 'ok',
        what: `${path.join(folder, databaseFile)} is readable and writable`,
      });
      assert.deepEqual(await readdir(folder), files);
    });

    it('reports a damaged store', async () => {
      await writeFile(path.join(folder, databaseFile), 'no database, whatever its name says'.repeat(100));

      const finding = await check(folder);

      assert.equal(finding.level, 'problem');
      assert.match(finding.what, /confer\.db cannot be read/);
    });

    it('reports a file where the folder should be', async () => {
      await writeFile(path.join(folder, 'data'), '');

      const finding = await check(path.join(folder, 'data'));

      assert.equal(finding.level, 'problem');
      assert.match(finding.what, /is not a folder/);
    });

    it('reports a store that is a folder', async () => {
      await mkdir(path.join(folder, databaseFile));

      assert.equal((await check(folder)).level, 'problem');
    });

    it('reports a PostgreSQL that is not there, without its password', async () => {
      const finding = await check(folder, 'postgres://confer:canary-secret@127.0.0.1:1/confer');

      assert.equal(finding.level, 'problem');
      assert.match(finding.what, /^DATABASE_URL: cannot use the database at 127\.0\.0\.1:1\/confer \(ECONNREFUSED\)$/);
      assert.doesNotMatch(JSON.stringify(finding), /canary-secret/);
    });

    it('tells a PostgreSQL without tables from one that is ready', async function () {
      this.timeout(20_000);
      const url = await (await sharedPostgres()).createDatabase();
      const before = await check(folder, url);
      const database = await openPostgres({ url });
      await migrate(database);
      await database.close();

      const after = await check(folder, url);

      assert.equal(before.level, 'problem');
      assert.match(before.what, /npm run migrate/);
      assert.equal(after.level, 'ok');
    });
  });

  describe('checkPorts', () => {
    const servers: Server[] = [];
    const { signal } = new AbortController();

    async function listening(listener: RequestListener): Promise<string> {
      const server = createServer(listener).listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      return String((server.address() as AddressInfo).port);
    }

    afterEach(() => {
      for (const server of servers.splice(0)) server.close().closeAllConnections();
    });

    it('accepts free ports', async () => {
      const config = loadConfig({ PORT: '0', LOCAL_TEAMS_PORT: '0', SIMULATOR_PORT: '0' });

      assert.equal((await checkPorts(config, signal)).level, 'ok');
    });

    it('names the setting of a port that another program uses', async () => {
      const taken = await listening((_request, response) => response.end('no'));
      const config = loadConfig({ PORT: '0', LOCAL_TEAMS_PORT: taken, SIMULATOR_PORT: '0' });

      const finding = await checkPorts(config, signal);

      assert.equal(finding.level, 'problem');
      assert.equal(finding.what, `LOCAL_TEAMS_PORT ${taken} is in use by another program`);
    });

    it('reports a stranger on the port of the bot', async () => {
      const taken = await listening((_request, response) => response.end('{"status":"fine"}'));
      const config = loadConfig({ PORT: taken, LOCAL_TEAMS: 'off', SIMULATOR_PORT: '0' });

      assert.equal((await checkPorts(config, signal)).level, 'problem');
    });

    it('accepts a Confer that already runs', async () => {
      const taken = await listening((request, response) =>
        response.end(request.url === '/healthz' ? '{"status":"ok"}' : ''),
      );
      const config = loadConfig({ PORT: taken, LOCAL_TEAMS: 'off', SIMULATOR_PORT: '0' });

      assert.deepEqual(await checkPorts(config, signal), { level: 'ok', what: `Confer is running on PORT ${taken}` });
    });

    it('reports one port for two parts', async () => {
      const config = loadConfig({ PORT: '45901', LOCAL_TEAMS_PORT: '45901' });

      const finding = await checkPorts(config, signal);

      assert.equal(finding.what, 'LOCAL_TEAMS_PORT 45901 is also the port of another part');
    });
  });
});
