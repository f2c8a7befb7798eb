import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { startSimulator } from '../../src/simulator';
import { LocalChat } from '../support/local-chat';
import { RunningConfer, surroundings } from '../support/running-confer';

/** One line of the simulator's log. */
interface Asked {
  readonly number: number;
  readonly method: string;
  readonly path: string;
}

describe('the process', function () {
  this.timeout(30_000);

  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'confer-test-'));
  });

  afterEach(async () => {
    await RunningConfer.stopAll();
    await rm(folder, { recursive: true });
  });

  it('stops on Ctrl-C with exit code 0, frees its ports and signs out', async () => {
    const confer = await RunningConfer.start();
    const { bot, page, server } = confer;

    const code = await confer.stop();

    assert.equal(code, 0);
    for (const origin of [bot, page, server]) await assert.rejects(fetch(origin), origin);
    assert.ok(confer.lines.some((line) => line.includes('"state":"closed"')));
  });

  it('stops when npm is told to end, which ends only the shell between', async () => {
    const shell = spawn('sh', ['-c', `'${process.execPath}' --import tsx src/main.ts & echo "pid $!"; wait`], {
      env: {
        ...surroundings(),
        PORT: '0',
        SIMULATOR_PORT: '0',
        LOCAL_TEAMS: 'off',
        DATA_DIR: folder,
        npm_lifecycle_event: 'start',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid = Number.NaN;
    for await (const line of createInterface({ input: shell.stdout })) {
      if (line.startsWith('pid ')) pid = Number(line.slice(4));
      if (line.startsWith('Confer is ready')) break;
    }

    shell.kill('SIGTERM');

    const ended = await ends(pid);
    if (!ended) process.kill(pid, 'SIGKILL');
    assert.equal(ended, true);
  });

  it('says last where to go and what to type', async () => {
    const confer = await RunningConfer.start({ LOG_LEVEL: '' });

    await confer.stop();

    assert.match(confer.lines.at(-1) ?? '', /^Confer is ready\. Open http:\/\/127\.0\.0\.1:\d+\/ .* type: start/u);
  });

  it('keeps chats and meetings over a restart', async () => {
    const first = await RunningConfer.start();
    await new LocalChat(first.page).say('new Kept over night', 'Your meeting is ready');
    await first.stop({ keepData: true });

    const second = await RunningConfer.start({ DATA_DIR: first.folder });
    const chat = new LocalChat(second.page);
    const heard = JSON.stringify(await chat.messages());
    const answer = await chat.say('show last', 'AdaptiveCard');
    await second.stop();

    assert.match(heard, /Kept over night/u);
    assert.match(JSON.stringify(answer), /Kept over night/u);
  });

  it('refuses to work beside another one on the same DATA_DIR', async () => {
    const first = await RunningConfer.start();
    const env = { ...surroundings(), PORT: '0', SIMULATOR_PORT: '0', LOCAL_TEAMS_PORT: '0', DATA_DIR: first.folder };

    const second = spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts'], { env, encoding: 'utf8' });
    await first.stop();

    assert.equal(second.status, 1);
    assert.match(second.stderr, /^Confer cannot start: DATA_DIR: another Confer already works with [^\n]*\n$/u);
  });

  it('keeps what it was told when it is killed', async () => {
    const simulator = await startSimulator();
    const { username, password } = simulator.demoAccount;
    const server = { UCWA_ROOT_URL: simulator.rootUrl, UCWA_USERNAME: username, UCWA_PASSWORD: password };
    const first = await RunningConfer.start(server);
    await new LocalChat(first.page).say('new Survives a crash', 'Your meeting is ready');
    await first.crash();

    const second = await RunningConfer.start({ DATA_DIR: first.folder, ...server });
    const answer = await new LocalChat(second.page).say('show last', 'AdaptiveCard');
    await Promise.all([second.stop(), simulator.stop()]);

    assert.match(JSON.stringify(answer), /Survives a crash/u);
  });

  it('speaks XML with the server where it is told to', async () => {
    const confer = await RunningConfer.start({ UCWA_FORMAT: 'xml' });
    await new LocalChat(confer.page).say('new In another language', 'Your meeting is ready');

    const requests = (await confer.control('GET', '/_sim/requests')) as Asked[];
    const { number } =
      requests.findLast(({ method, path: asked }) => method === 'POST' && asked.endsWith('Meetings')) ?? {};
    const creation = JSON.stringify(await confer.control('GET', `/_sim/requests/${String(number)}.json`));
    await confer.stop();

    assert.match(creation, /<property name=\\"subject\\">In another language</u);
    assert.match(creation, /application\/vnd\.microsoft\.com\.ucwa\+xml/u);
  });

  it('is ready without the local Teams when /healthz answers 200', async () => {
    const confer = await RunningConfer.start({ LOCAL_TEAMS: 'off' });

    const response = await fetch(`${confer.bot}/healthz`);

    assert.equal(response.status, 200);
    assert.equal(confer.page, '');
    await confer.stop();
  });

  describe('refuses to start, in one sentence naming the setting, when', () => {
    let taken: Server;
    let port = '';

    before(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const address = taken.address();
      port = typeof address === 'object' && address !== null ? String(address.port) : '';
    });

    beforeEach(async () => {
      await writeFile(path.join(folder, 'a-file'), '');
    });

    after(() => {
      taken.close();
    });

    const cases: readonly (readonly [string, () => Record<string, string>, RegExp])[] = [
      ['PORT is taken', () => ({ PORT: port }), /Port \d+ is already in use: [^\n]* set PORT /u],
      ['SIMULATOR_PORT is taken', () => ({ SIMULATOR_PORT: port }), /in use: [^\n]* set SIMULATOR_PORT /u],
      ['LOCAL_TEAMS_PORT is taken', () => ({ LOCAL_TEAMS_PORT: port }), /in use.* set LOCAL_TEAMS_PORT/u],
      ['PORT is no number', () => ({ PORT: '80a' }), /PORT must be a whole number .*"80a"/u],
      ['DATA_DIR is a file', () => ({ DATA_DIR: path.join(folder, 'a-file') }), /DATA_DIR/u],
      ['NODE_ENV is production without an app id', () => ({ NODE_ENV: 'production' }), /MICROSOFT_APP_ID must be set/u],
      [
        'the root is http elsewhere',
        () => ({ UCWA_ROOT_URL: 'http://ucwa.contoso.com/' }),
        /UCWA_ROOT_URL must be https/u,
      ],
    ];
    for (const [reason, settings, sentence] of cases) {
      it(reason, () => {
        const ports = { PORT: '0', SIMULATOR_PORT: '0', LOCAL_TEAMS_PORT: '0', DATA_DIR: folder };
        const env = { ...surroundings(), ...ports, ...settings() };

        const ended = spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts'], { env, encoding: 'utf8' });

        assert.equal(ended.status, 1, ended.stdout);
        const lines = ended.stderr.trim().split('\n');
        assert.match(ended.stderr, sentence);
        assert.ok(
          lines.every((line) => line.startsWith('Confer cannot start: ')),
          ended.stderr,
        );
      });
    }
  });
});

/** Whether the process ends within ten seconds. It does not outlive the asking. */
async function ends(pid: number): Promise<boolean> {
  for (let waits = 0; waits < 200; waits += 1) {
    if (!isRunning(pid)) return true;
    await pause(50);
  }
  process.kill(pid, 'SIGKILL');
  return false;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
