import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';

const main = join(__dirname, '../../src/local-teams/main.ts');

function start(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

describe('the local Teams as a program', function () {
  this.timeout(20_000);

  it('says where to open it and ends cleanly when asked to', async () => {
    const program = start({ LOCAL_TEAMS_PORT: '0', LOCAL_TEAMS_BOT: 'http://127.0.0.1:9/api/messages' });
    const [line] = (await once(program.stdout ?? program, 'data')) as [Buffer];

    const url = /open (http:\/\/127\.0\.0\.1:\d+\/) to chat with the bot at http:\/\/127/.exec(line.toString())?.[1];
    assert.ok(url !== undefined, line.toString());
    assert.equal((await fetch(url)).status, 200);
    program.kill('SIGTERM');
    assert.deepEqual(await once(program, 'exit'), [0, null]);
  });

  it('says in one sentence that the port is taken or makes no sense', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const sayings = await Promise.all(
      [String(port), 'http'].map(async (setting) => {
        const program = start({ LOCAL_TEAMS_PORT: setting });
        const [text] = await Promise.all([textOf(program.stderr), once(program, 'exit')]);
        return `${String(program.exitCode)} ${text.trim()}`;
      }),
    );
    other.close();

    assert.match(sayings[0] ?? '', /^1 Port \d+ is already in use: [^\n]*LOCAL_TEAMS_PORT[^\n]*$/);
    assert.equal(sayings[1], '1 LOCAL_TEAMS_PORT must be a port number from 0 to 65535, got "http".');
  });
});
