import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { type RunningSimulator, startSimulator } from '../../src/simulator';
import { behaviours } from '../conformance/behaviours';
import { send } from '../simulator/client';

interface Run {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

describe('npm run conformance', function () {
  this.timeout(60_000);
  let real: RunningSimulator | undefined;

  afterEach(async () => {
    await real?.stop();
    real = undefined;
  });

  async function run(environment: Readonly<Record<string, string>>): Promise<Run> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/conformance/run.ts'], {
      env: { ...process.env, ...environment },
    });
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
    const [code] = (await once(child, 'close')) as unknown[];
    return { code, ...output };
  }

  /** A simulator that is a real pool to the runner: it holds no longer than 180 s × 1. */
  async function realPool(): Promise<Record<string, string>> {
    real = await startSimulator({ timeScale: 0.001 });
    const { username, password } = real.demoAccount;
    return { UCWA_LIVE_ROOT_URL: real.rootUrl, UCWA_LIVE_USERNAME: username, UCWA_LIVE_PASSWORD: password };
  }

  it('prints a line per behaviour, a failed one with its problem, and leaves nothing on a real pool', async () => {
    const live = await realPool();
    const before = await meetings(real);

    const { code, out } = await run(live);

    const safe = behaviours.filter(({ leftOutBecause }) => leftOutBecause === undefined);
    const left = behaviours.length - safe.length;
    for (const { number, sentence, source, leftOutBecause } of behaviours) {
      const line = out.split('\n').find((entry) => entry.startsWith(`#${String(number)} `)) ?? '';
      assert.ok(line.includes(sentence) && line.endsWith(leftOutBecause ?? `[${source}]`), line);
    }
    // This pool does not hold a request for three minutes, as a real one has to.
    const failed = [...out.matchAll(/^#(\d+) +FAIL /gmu)].map(([, number]) => Number(number));
    assert.ok(failed.includes(38), out);
    assert.equal(code, 1);
    assert.ok(out.includes(` of ${String(safe.length)} behaviours pass, ${String(left)} left out.`));
    assert.deepEqual(await meetings(real), before);
    assert.ok(!(await send('GET', `${real?.origin ?? ''}/_sim/state`)).text.includes('Conformance/1.0'));
  });

  it('says in one sentence what is missing', async () => {
    const { code, err } = await run({ UCWA_LIVE_ROOT_URL: 'https://lyncdiscover.contoso.com/' });

    assert.equal(code, 2);
    assert.equal(err, 'UCWA_LIVE_ROOT_URL needs UCWA_LIVE_USERNAME and UCWA_LIVE_PASSWORD, too.\n');
  });
});

/** Ids of all meetings of a pool. */
async function meetings(pool: RunningSimulator | undefined): Promise<string[]> {
  const { text } = await send('GET', `${pool?.origin ?? ''}/_sim/state`);
  return (JSON.parse(text) as { meetings: { onlineMeetingId: string }[] }).meetings.map(
    (entry) => entry.onlineMeetingId,
  );
}
