import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SimulatorStartError, SimulatorStateError, startSimulator } from '../../src/simulator';

import { Pool, send, text } from './client';

describe('simulator lifecycle', () => {
  describe('state file', () => {
    const pool = new Pool();
    let folder = '';

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    });

    afterEach(async () => {
      await pool.stop();
      await rm(folder, { recursive: true });
    });

    it('brings meetings back after a restart, deleted ones stay away', async () => {
      const stateFile = join(folder, 'deep', 'state.json');
      await pool.start({ stateFile });
      const first = await pool.signIn();
      const created = await first.send('POST', first.meetings, { body: { subject: 'Outlives' } });
      await first.send('DELETE', `${first.meetings}/7QX2MZ4K`);
      await pool.stop();

      await pool.start({ stateFile });
      const second = await pool.signIn();
      const id = text(created.json.onlineMeetingId);
      const again = await second.send('GET', `${second.meetings}/${id}`);
      const deleted = await second.send('GET', `${second.meetings}/7QX2MZ4K`);

      assert.equal(again.json.subject, 'Outlives');
      assert.equal(again.json.etag, created.json.etag);
      assert.equal(again.json.conferenceId, created.json.conferenceId);
      assert.equal(deleted.status, 404);
    });

    it('brings the extensions of meetings back', async () => {
      const stateFile = join(folder, 'state.json');
      await pool.start({ stateFile });
      const first = await pool.signIn();
      await first.send('POST', `${first.meetings}/7QX2MZ4K/extensions`, { body: { id: 'notes', color: 'red' } });
      await pool.stop();

      await pool.start({ stateFile });
      const second = await pool.signIn();
      const again = await second.send('GET', `${second.meetings}/7QX2MZ4K/extensions/notes`);

      assert.deepEqual([again.json.id, again.json.color] as unknown[], ['notes', 'red']);
    });

    it('refuses a file that is not its own, and leaves it alone', async () => {
      const stateFile = join(folder, 'state.json');
      await writeFile(stateFile, 'shopping list');

      await assert.rejects(startSimulator({ stateFile }), SimulatorStateError);

      assert.equal(await readFile(stateFile, 'utf8'), 'shopping list');
    });
  });

  describe('start and stop', () => {
    it('names the port that is in use', async () => {
      const running = await startSimulator();
      const port = Number(new URL(running.origin).port);

      await assert.rejects(startSimulator({ port }), (error: unknown) => {
        assert.ok(error instanceof SimulatorStartError);
        assert.equal(error.code, 'SIMULATOR_PORT_IN_USE');
        assert.match(error.message, new RegExp(`^Port ${String(port)} is already in use: .* set SIMULATOR_PORT`));
        return true;
      });
      await running.stop();
    });

    it('can be stopped twice', async () => {
      const running = await startSimulator({ secondPool: true });

      await Promise.all([running.stop(), running.stop()]);

      await assert.rejects(send('GET', running.rootUrl), { code: 'ECONNREFUSED' });
    });

    for (const path of ['/%zz', '/meet/%E0%A4%A/x', '//', '/?%', '/_sim/people/%/join']) {
      it(`survives ${path}`, async () => {
        const running = await startSimulator();
        const { hostname, port } = new URL(running.origin);

        const status = await rawStatus({ hostname, port, path });
        const after = await send('GET', running.rootUrl);
        await running.stop();

        assert.ok(status >= 200 && status < 500, String(status));
        assert.equal(after.status, 200);
      });
    }

    it('tells log one line per request', async () => {
      const lines: { method: string; path: string; status: number; ms: number }[] = [];
      const running = await startSimulator({ log: (line) => lines.push(line) });

      await send('GET', `${running.origin}//?x=1`);
      await running.stop();

      assert.deepEqual(
        lines.map(({ method, path, status }) => [method, path, status]),
        [['GET', '/?x=1', 200]],
      );
    });
  });

  describe('npm run simulator', function () {
    this.timeout(15_000);
    let child: ChildProcess | undefined;

    afterEach(() => {
      child?.kill('SIGKILL');
    });

    async function run(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
      child = spawn(process.execPath, ['--import', 'tsx', 'src/simulator/main.ts', ...args], {
        env: { ...process.env, ...environment },
      });
      const output = { out: '', err: '' };
      child.stdout?.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
      const [code] = (await Promise.race([once(child, 'exit'), ready(child)])) as [number | null];
      return { code, ...output };
    }

    it('prints one line with address, people and passwords, and ends clean on SIGTERM', async () => {
      const { out } = await run({ SIMULATOR_PORT: '0' }, '--quiet');

      const root = /UCWA simulator: (http:\/\/127\.0\.0\.1:\d+\/) /.exec(out)?.[1] ?? '';
      const answer = await send('GET', root);
      child?.kill('SIGTERM');
      const [code] = (await once(child ?? assert.fail(), 'exit')) as [number];

      assert.equal(answer.status, 200);
      assert.match(out, /confer@contoso\.com Meet-4-2day/);
      assert.equal(out.trim().split('\n').length, 1);
      assert.equal(code, 0);
    });

    it('ends when npm is told to end, which ends only the shell between', async () => {
      child = spawn('sh', ['-c', `'${process.execPath}' --import tsx src/simulator/main.ts & wait`], {
        env: { ...process.env, SIMULATOR_PORT: '0', npm_lifecycle_event: 'simulator' },
        detached: true,
      });
      const { pid } = child;
      const output = child.stdout ?? assert.fail();
      try {
        await once(output, 'data');

        child.kill('SIGTERM');

        // The pipe closes when the last program that holds it has ended.
        await once(output.resume(), 'close');
      } finally {
        killGroup(pid);
      }
    });

    it('answers --help', async () => {
      const { code, out } = await run({}, '--help');

      assert.equal(code, 0);
      assert.match(out, /--second-pool/);
    });

    it('says in one sentence that a port is in use', async () => {
      const running = await startSimulator();

      const { code, err } = await run({ SIMULATOR_PORT: new URL(running.origin).port });
      await running.stop();

      assert.equal(code, 1);
      assert.match(
        err,
        /^Port \d+ is already in use: stop the program that uses it or set SIMULATOR_PORT to another port\.\n$/,
      );
    });

    it('says in one sentence what is wrong with a setting', async () => {
      const { code, err } = await run({ SIMULATOR_PORT: '80a' });

      assert.deepEqual([code, err], [1, 'SIMULATOR_PORT must be a whole number from 0 to 65535, got "80a".\n']);
    });
  });
});

/** Ends what a shell has left behind; nothing, where all is well. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // There is nobody left in the group.
  }
}

/** Status of a GET whose path is sent as it is, valid or not. */
async function rawStatus(options: http.RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get({ ...options, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on('error', reject);
  });
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Resolves when the simulator has said that it listens; never if it does not. */
async function ready(child: ChildProcess): Promise<[null]> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('UCWA simulator:')) resolve([null]);
    });
  });
}
