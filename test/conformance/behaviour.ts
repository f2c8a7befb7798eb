import * as mocha from 'mocha';

import { type Behaviour, behaviours } from './behaviours';
import { livePool } from './live-pool';
import { Site } from './site';

/** A real pool takes its time: requests are held for three minutes, and a test gives up after eight of them. */
const LIVE_TIMEOUT_MS = 30 * 60_000;
const TIMEOUT_MS = 10_000;

const tested = new Set<number>();

/**
 * The one test of a behaviour, under its number and sentence, at a site of its own. Against a real pool only those run
 * that are safe there.
 */
export function behaviour(number: number, run: (site: Site) => Promise<void>): void {
  const row = behaviours[number - 1];
  if (row === undefined) throw new TypeError(`There is no behaviour ${String(number)}.`);
  if (tested.has(number)) throw new TypeError(`Behaviour ${String(number)} has two tests.`);
  tested.add(number);
  const live = livePool();
  if (live !== undefined && row.leftOutBecause !== undefined) return;
  mocha.it(titleOf(row), async function () {
    this.timeout(live === undefined ? TIMEOUT_MS : LIVE_TIMEOUT_MS);
    const site = new Site(live);
    try {
      await run(site);
    } finally {
      await site.close();
    }
  });
}

/** What a behaviour's test is called. */
export function titleOf({ number, sentence }: Behaviour): string {
  return `conformance #${String(number)} ${sentence}`;
}

/** Numbers of the behaviours whose tests have been loaded. */
export function testedBehaviours(): ReadonlySet<number> {
  return tested;
}
