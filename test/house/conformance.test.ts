import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { behaviours } from '../conformance/behaviours';
import { readLivePool } from '../conformance/live-pool';

const FOLDER = 'test/conformance';

describe('conformance suite', () => {
  it('has one test for each of the 100 behaviours', () => {
    const tests = readdirSync(FOLDER).filter((file) => file.endsWith('.test.ts'));
    const numbers = tests.flatMap((file) =>
      [...readFileSync(`${FOLDER}/${file}`, 'utf8').matchAll(/^behaviour\((\d+), /gmu)].map(([, n]) => Number(n)),
    );

    assert.equal(behaviours.length, 100);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      behaviours.map(({ number }) => number),
    );
  });

  it('starts a simulator only for what it leaves out on a real pool', () => {
    const tests = readdirSync(FOLDER).filter((file) => file.endsWith('.test.ts'));
    const sources = tests.map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'));
    const simulated = sources.flatMap((source) =>
      [...source.matchAll(/^behaviour\((\d+), [^]*?^\}\);/gmu)]
        .filter(([body]) => body.includes('site.simulate('))
        .map(([, number]) => Number(number)),
    );

    const safe = behaviours.filter(({ leftOutBecause }) => leftOutBecause === undefined);
    assert.deepEqual(
      safe.filter(({ number }) => simulated.includes(number)),
      [],
    );
  });

  it('names the part of a live pool that is missing', () => {
    const root = { UCWA_LIVE_ROOT_URL: 'https://lyncdiscover.contoso.com/' };

    assert.deepEqual(readLivePool({}), { kind: 'none' });
    assert.deepEqual(readLivePool(root), {
      kind: 'wrong',
      problem: 'UCWA_LIVE_ROOT_URL needs UCWA_LIVE_USERNAME and UCWA_LIVE_PASSWORD, too.',
    });
    assert.equal(readLivePool({ UCWA_LIVE_ROOT_URL: 'lyncdiscover' }).kind, 'wrong');
  });
});
