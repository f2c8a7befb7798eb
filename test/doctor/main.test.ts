import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const program = path.resolve('src/doctor/main.ts');
const tsx = pathToFileURL(require.resolve('tsx')).href;

describe('npm run doctor', function () {
  this.timeout(20_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confer-doctor-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function run(env: Record<string, string> = {}): Promise<{ code: unknown; output: string }> {
    const settings = { PATH: process.env.PATH ?? '', PORT: '0', LOCAL_TEAMS_PORT: '0', SIMULATOR_PORT: '0', ...env };
    const child = spawn(process.execPath, ['--import', tsx, program], { cwd: folder, env: settings });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    const [code] = (await once(child, 'close')) as [unknown];
    return { code, output };
  }

  it('ends with 0 where nothing is configured', async () => {
    const { code, output } = await run();

    assert.equal(code, 0, output);
    assert.match(output, /Nothing is wrong\.\n$/);
  });

  it('honours .env and ends with 1 when something is wrong', async () => {
    await writeFile(path.join(folder, '.env'), 'UCWA_SIP_DOMAIN=contoso.example\nUCWA_PASSWORD=canary-in-a-file\n');

    const { code, output } = await run();

    assert.equal(code, 1, output);
    assert.match(output, /^problem +settings +UCWA_USERNAME must be set/m);
    assert.doesNotMatch(output, /canary-in-a-file/);
  });
});
