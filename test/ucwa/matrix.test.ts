import assert from 'node:assert/strict';

import { type Plan, planOf, playCase } from './support/matrix/case';
import { scenarios } from './support/matrix/scenarios';
import { events, failures, lures, type Trouble } from './support/matrix/troubles';
import { type Variant, variants } from './support/matrix/variants';
import { Wire } from './support/matrix/wire';

/*
 * Every way for a pool to be, and everything that goes wrong, against what the adapter does with the client: each alone,
 * in JSON and in XML, and in combinations that a seed makes.
 *
 *   MATRIX_SEED=4711 npx mocha test/ucwa/matrix.test.ts -g combinations    plays the case with this seed
 *   MATRIX_SEED=1000 MATRIX_CASES=5000 npx mocha …                         plays 5000 cases from this seed on
 *
 * Without them 500 cases are played, the same ones each time. A case that fails prints its seed and what was in it.
 */
const { MATRIX_SEED: seedText, MATRIX_CASES: casesText } = process.env;
const firstSeed = Number(seedText ?? 1);
const cases = Number(casesText ?? (seedText === undefined ? 500 : 1));

/** Cases at a time: most of each is waiting. */
const lanes = 32;

/** Plays all plans, some at a time, and fails with all that failed. */
async function playAll(plans: readonly Plan[], wire: Wire): Promise<void> {
  const broken: string[] = [];
  const queue = [...plans];
  const playOn = async (): Promise<void> => {
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      await playCase(plan, wire).catch((error: unknown) => {
        broken.push(error instanceof Error ? error.message : String(error));
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, playOn));
  assert.ok(broken.length === 0, `${String(broken.length)} of ${String(plans.length)}:\n${broken.join('\n\n')}`);
}

const formats = ['json', 'xml'] as const;

function everythingOn(variant: Variant): readonly Plan[] {
  return Object.values(scenarios).flatMap(({ name }) =>
    formats.map((format) => ({ scenario: name, format, variants: [variant], troubles: [] })),
  );
}

function alone(trouble: Trouble): readonly Plan[] {
  return trouble.scenarios.flatMap((scenario) =>
    formats.map((format) => ({ scenario, format, variants: [], troubles: [trouble] })),
  );
}

describe('The client keeps its word', () => {
  let wire: Wire;

  before(async () => {
    wire = await Wire.tap();
  });

  after(async () => {
    await wire.release();
  });

  for (const { name, options } of variants) {
    it(`with ${name}`, async () => {
      await playAll(everythingOn({ name, options }), wire);
    }).timeout(60_000);
  }

  for (const { target, troubles } of failures) {
    it(`when something fails at ${target}`, async () => {
      await playAll(troubles.flatMap(alone), wire);
    }).timeout(60_000);
  }

  for (const { name, ...event } of events) {
    it(`when this happens: ${name}`, async () => {
      await playAll(alone({ name, ...event }), wire);
    }).timeout(60_000);
  }

  it('when links lead elsewhere', async () => {
    await playAll(lures(wire.origin).flatMap(alone), wire);
  }).timeout(60_000);

  it('in combinations that seeds make', async () => {
    const plans = Array.from({ length: cases }, (_, index) => planOf(firstSeed + index, wire));
    await playAll(plans, wire);
  }).timeout(180_000);
});
