import assert from 'node:assert/strict';

import { RetryBudget } from '../../../src/ucwa/politeness/retry-budget';

describe('RetryBudget', () => {
  function spendAll(budget: RetryBudget): number {
    let spent = 0;
    while (budget.spend()) spent += 1;
    return spent;
  }

  it('has a small reserve to begin with', () => {
    assert.equal(spendAll(new RetryBudget(() => 0)), 10);
  });

  it('allows one repetition for five requests when the reserve is used up', () => {
    const budget = new RetryBudget(() => 0);
    spendAll(budget);

    let repeated = 0;
    for (let requests = 0; requests < 1_000; requests += 1) {
      budget.earn();
      if (budget.spend()) repeated += 1;
    }

    assert.ok(repeated >= 190 && repeated <= 200, String(repeated));
  });

  it('saves up no more than the reserve', () => {
    const budget = new RetryBudget(() => 0);
    for (let requests = 0; requests < 10_000; requests += 1) budget.earn();

    assert.equal(spendAll(budget), 10);
  });

  it('gives a quiet client its reserve back within ten minutes', () => {
    let now = 0;
    const budget = new RetryBudget(() => now);
    spendAll(budget);

    now = 60_000;
    assert.equal(spendAll(budget), 1);
    now += 3_600_000;
    assert.equal(spendAll(budget), 10);
    now -= 3_600_000; // a clock that was set back gives nothing and takes nothing
    assert.equal(spendAll(budget), 0);
  });
});
