import { SqlQuotas } from '../../src/adapters/storage/sql-quotas';
import type { CountedActivity, Quota, QuotaAnswer, Quotas } from '../../src/shared/quotas';

import { openMigratedInMemory } from './migrated-in-memory';

/** Quotas in a database in memory, which is made when it is first used. */
export class MemoryQuotas implements Quotas {
  readonly #quotas: Promise<SqlQuotas>;
  /** Makes every question fail, as without a database. */
  isAway = false;
  /** How often it was asked. */
  asked = 0;
  /** Keys it was asked about. */
  readonly keys = new Set<string>();

  /** @param now - milliseconds, in place of the clock of the database. */
  constructor(now: () => number) {
    this.#quotas = openQuotas(now);
  }

  async take(quotas: readonly Quota[], activity?: CountedActivity): Promise<readonly QuotaAnswer[] | 'known'> {
    this.asked += 1;
    for (const { key } of quotas) this.keys.add(key);
    if (this.isAway) throw new Error('the database is away');
    return (await this.#quotas).take(quotas, activity);
  }

  async forgetOver(): Promise<void> {
    await (await this.#quotas).forgetOver();
  }
}

async function openQuotas(clock: () => number): Promise<SqlQuotas> {
  const database = await openMigratedInMemory();
  return new SqlQuotas(database, clock);
}
