import assert from 'node:assert/strict';

import { UcwaError, type UcwaFormat } from '../../../../src/ucwa';

import { Random } from './random';
import { type Outcome, type ScenarioName, scenarios, withSubject } from './scenarios';
import { Stage } from './stage';
import { events, failures, lures, type Moment, type Trouble } from './troubles';
import { optionsOf, type Variant, variants } from './variants';
import type { Wire } from './wire';

/** One case: how the pool is, what goes wrong, what is attempted, and in which format. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly format: UcwaFormat;
  readonly variants: readonly Variant[];
  readonly troubles: readonly Trouble[];
  /** Present when a seed made it. */
  readonly seed?: number;
}

/** A case in which the client broke its word. The message says how to see it again. */
export class BrokenPromise extends assert.AssertionError {
  constructor(plan: Plan, cause: unknown) {
    const again = plan.seed === undefined ? '' : `MATRIX_SEED=${String(plan.seed)}: `;
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super({ message: `${again}${describePlan(plan)}\n${why}` });
  }
}

/** The same seed makes the same plan. */
export function planOf(seed: number, wire: Wire): Plan {
  const random = new Random(seed);
  const scenario = random.pick(Object.values(scenarios)).name;
  const chosen = variants.filter(() => random.chance(0.15));
  const fitting = [...failures.flatMap(({ troubles }) => troubles), ...events, ...events, ...lures(wire.origin)].filter(
    (trouble) => trouble.scenarios.includes(scenario),
  );
  const count = random.pick([0, 1, 1, 1, 2, 2]);
  const troubles = Array.from({ length: count }, () => random.pick(fitting));
  return { seed, scenario, format: random.pick(['json', 'xml']), variants: chosen, troubles };
}

/** What is in a plan, in words. */
export function describePlan({ scenario, format, variants: chosen, troubles }: Plan): string {
  const names = (things: readonly { readonly name: string }[]): string => things.map(({ name }) => name).join('; ');
  return `${scenario} in ${format} [${names(chosen)}] {${names(troubles)}}`;
}

/**
 * Plays one case and checks what must hold in every one.
 *
 * @throws BrokenPromise.
 */
export async function playCase(plan: Plan, wire: Wire): Promise<void> {
  const needs = plan.troubles.flatMap((trouble) => trouble.needs ?? []);
  const isImpatient = plan.troubles.some((trouble) => trouble.needsImpatience === true);
  const stage = await Stage.open(optionsOf([...plan.variants, ...needs]), { format: plan.format, isImpatient });
  wire.allow(stage.hosts);
  try {
    await checkCase(plan, stage, wire);
  } catch (error) {
    throw new BrokenPromise(plan, error);
  } finally {
    await stage.account.close(AbortSignal.timeout(2_000)).catch(() => undefined);
    await stage.simulator.stop();
    wire.forget(stage.hosts);
  }
}

async function checkCase(plan: Plan, stage: Stage, wire: Wire): Promise<void> {
  const strike = async (moment: Moment): Promise<void> => {
    for (const trouble of plan.troubles) if (trouble.moment === moment) await trouble.cause(stage);
  };
  let readyAt = Infinity;
  await strike('start');
  const outcome = await scenarios[plan.scenario].play(stage, {
    ready: async () => {
      readyAt = stage.clock.now();
      await strike('warm');
    },
    inside: async () => strike('inside'),
  });

  checkOutcome(plan, stage, outcome);
  await stage.clearFaults();
  await stage.account.close(stage.signal).catch((error: unknown) => {
    // A pool that is down cannot be told that we go, and the client says so.
    if (!hasFailover(plan) || !(error instanceof UcwaError)) throw error;
  });
  await checkNothingLeft(stage, wire);
  checkPosts(plan, stage, readyAt);
  assert.deepEqual(wire.foreign, [], 'requests to foreign hosts');
}

function hasFailover({ troubles }: Plan): boolean {
  return troubles.some(({ needs }) => needs !== undefined);
}

function checkOutcome(plan: Plan, stage: Stage, outcome: Outcome<unknown>): void {
  assert.ok(!stage.signal.aborted, 'the case hung');
  if (outcome.kind === 'done') return;
  assert.ok(outcome.error instanceof UcwaError, `not an error of the client: ${describeError(outcome.error)}`);
  const isFair =
    new Set(plan.troubles.map(({ at }) => at)).size === plan.troubles.length &&
    !(
      plan.troubles.some(({ leavesOpen }) => leavesOpen === true) &&
      plan.troubles.some(({ endsApplication }) => endsApplication === true)
    );
  const mustSucceed = isFair && plan.troubles.every((trouble) => trouble.mustSucceed);
  assert.ok(!mustSucceed, `failed without need: ${describeError(outcome.error)}`);
}

/** After `close` there is no application, nobody in a meeting, no held P-GET and no connection. */
async function checkNothingLeft(stage: Stage, wire: Wire): Promise<void> {
  const truth = await stage.truth();
  assert.deepEqual(truth.applications, [], 'applications left behind');
  const present = truth.meetings.filter(({ participants }) => participants.some(({ uri }) => uri === stage.ownUri));
  assert.deepEqual(present, [], 'meetings not left');
  assert.ok(withSubject(truth).length <= 1, 'a doubled meeting');
  assert.equal(wire.open(stage.hosts), 0, 'connections left open');
}

/** The statuses of requests that were certainly not executed. */
const refused: ReadonlySet<number> = new Set([401, 403, 404, 410, 429]);

/** A POST that may have made something is not sent again. */
function checkPosts(plan: Plan, stage: Stage, readyAt: number): void {
  const { creates } = scenarios[plan.scenario];
  if (creates === undefined) return;
  const posts = stage.simulator.requests.filter(
    ({ method, path, at, status }) => method === 'POST' && creates.test(path) && at >= readyAt && !refused.has(status),
  );
  const excused = plan.troubles.reduce((sum, { refusedPosts }) => sum + refusedPosts, 0);
  assert.ok(posts.length <= 1 + excused, `a POST that may have arrived was repeated: ${JSON.stringify(posts)}`);
}

function describeError(error: unknown): string {
  if (!(error instanceof UcwaError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${error.name} ${error.code} (${error.message})`;
}
