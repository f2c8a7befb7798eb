import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { Pool } from './client';

describe('walk-through of docs/simulator.md', function () {
  this.timeout(30_000);

  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  it('leads from discovery to a meeting and back, as it is printed', async () => {
    const { origin, requests } = await pool.start({ timeScale: 1 });
    const script = blocks(await readFile('docs/simulator.md', 'utf8')).join('\n');

    const said = await shell(script, origin);

    assert.deepEqual(
      requests.map(({ method, path: asked, status }) => `${method} ${generalized(asked)} ${String(status)}`),
      [
        'GET / 200',
        'GET /Autodiscover/AutodiscoverService.svc/root/oauth/user 401',
        'POST /WebTicket/oauthtoken 200',
        'GET /Autodiscover/AutodiscoverService.svc/root/oauth/user 200',
        'POST /ucwa/oauth/v1/applications 201',
        'POST /ucwa/oauth/v1/applications/N/onlineMeetings/myOnlineMeetings 201',
        'GET /ucwa/oauth/v1/applications/N/events 200',
        'DELETE /ucwa/oauth/v1/applications/N/onlineMeetings/myOnlineMeetings/M 204',
        'DELETE /ucwa/oauth/v1/applications/N 204',
      ],
    );
    assert.match(said, /^join: http:\/\/127\.0\.0\.1:\d+\/meet\/confer\/[A-Z0-9]{8}$/m);
    assert.match(said, /^next: \/ucwa\/oauth\/v1\/applications\/\d+\/events\?ack=2$/m);
    assert.match(said, /^application deleted: 204$/m);
    // What makes it worse, at the end, is understood as well.
    assert.match(said, /"waiting": 1/);
    assert.match(said, /"hrefForm": "absolute"/);
    assert.doesNotMatch(said, /"error"/);
  });
});

/** Every piece of shell code on a page. */
function blocks(page: string): string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```$/gmsu)].map(([, code = '']) => code);
}

/** Runs a script in a folder of its own and returns what it said. */
async function shell(script: string, simulator: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'simulator-test-'));
  try {
    const env = { ...process.env, SIMULATOR: simulator, no_proxy: '*' };
    const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', script], { cwd: folder, env });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function generalized(asked: string): string {
  return asked
    .replace(/\?.*$/u, '')
    .replace(/\/applications\/\d+/u, '/applications/N')
    .replace(/\/[A-Z0-9]{8}$/u, '/M');
}
