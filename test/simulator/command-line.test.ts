import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { contosoScenario } from '../../src/simulator';
import { optionsFrom, readArguments, scenarioIn, usage } from '../../src/simulator/command-line';
import { SimulatorScenarioError, SimulatorUsageError } from '../../src/simulator/errors';

const MAIN = ['--import', 'tsx', 'src/simulator/main.ts'];

const REFUSED = [
  ['--port 80a', '--port must be a whole number from 0 to 65535, got "80a".'],
  ['--time-scale 0', '--time-scale must be a number above 0, got "0".'],
  ['--cert a.pem', '--cert and --key go together.'],
  ['--scenario nowhere.json', 'nowhere.json cannot be read.'],
] as const;

describe('simulator command line', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'simulator-test-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('lets the options win over the environment', async () => {
    const environment = { SIMULATOR_PORT: '5000', SIMULATOR_HOST: '127.0.0.2' };

    const bare = await optionsFrom(readArguments([]), environment);
    const given = await optionsFrom(readArguments(['--port', '0', '--host', '::1', '--second-pool']), environment);

    assert.deepEqual([bare.port, bare.host, bare.secondPool], [5000, '127.0.0.2', undefined]);
    assert.deepEqual([given.port, given.host, given.secondPool], [0, '::1', true]);
  });

  it('listens on port 4010 of this machine by default', async () => {
    const { port, host } = await optionsFrom(readArguments([]), {});

    assert.deepEqual([port, host], [4010, '127.0.0.1']);
  });

  for (const [line, sentence] of REFUSED) {
    it(`refuses ${line} in one sentence`, async () => {
      await assert.rejects(optionsFrom(readArguments(line.split(' ')), {}), new SimulatorUsageError(sentence));
    });
  }

  it('refuses an option that is not known, and points to the help', () => {
    assert.throws(() => readArguments(['--prot', '1']), /--prot.* Try --help\.$/s);
  });

  it('describes in its help every option it takes, and no other', () => {
    const described = [...usage('npx ').matchAll(/^ {2}.*?(?= {2}|$)/gmu)].flatMap(
      ([line]) => line.match(/--[\w-]+/gu) ?? [],
    );
    const options = [...new Set(described)];

    for (const option of options) assert.ok(isTaken(option), option);
    for (const option of ['--scenario', '--port', '--print-schema', '--time-scale'])
      assert.ok(options.includes(option));
    assert.equal(options.length, 13);
  });

  it('names the file of a scenario with mistakes', async () => {
    const file = path.join(folder, 'office.json');
    await writeFile(file, '\uFEFF{"company":{}}');

    await assert.rejects(scenarioIn(file), (error: unknown) => {
      assert.ok(error instanceof SimulatorScenarioError);
      assert.ok(error.message.startsWith(`${file} cannot be played:\n  people is missing.\n`));
      return true;
    });
  });

  it('says where a scenario stops being JSON', async () => {
    const file = path.join(folder, 'office.json');
    await writeFile(file, '{"company":}');

    await assert.rejects(scenarioIn(file), /office\.json is not JSON: /);
  });

  it('prints the built-in company as a scenario file that it reads again', async function () {
    this.timeout(15_000);
    const file = path.join(folder, 'contoso.json');

    const { stdout } = await promisify(execFile)(process.execPath, [...MAIN, '--print-scenario']);
    await writeFile(file, stdout);
    const again = await scenarioIn(file);

    assert.deepEqual(again.company, contosoScenario.company);
    assert.equal(again.file.$schema, './src/simulator/scenario.schema.json');
    assert.match(await readFile(again.file.$schema, 'utf8'), /json-schema/);
  });
});

function isTaken(option: string): boolean {
  return [[option], [option, 'x']].some((args) => {
    try {
      readArguments(args);
      return true;
    } catch {
      return false;
    }
  });
}
