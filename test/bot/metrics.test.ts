import assert from 'node:assert/strict';

import { BotHarness } from '../support/bot-harness';
import { RecordingMetrics } from '../support/recording-metrics';

describe('the metrics of the bot', () => {
  let metrics: RecordingMetrics;
  let bot: BotHarness;

  beforeEach(() => {
    metrics = new RecordingMetrics();
    bot = new BotHarness({ metrics });
  });

  it('count an operation under the command that asked for it, from its acceptance to its end', async () => {
    await bot.ask('new Budget review');
    await bot.idle();

    assert.deepEqual(metrics.counts, {
      'confer_operations_accepted_total kind=new result=accepted': 1,
      'confer_operations_ended_total kind=new outcome=done': 1,
    });
    assert.equal(metrics.times['confer_operation_age_seconds kind=new']?.length, 1);
  });

  it('count a problem that somebody was told of, by its code', async () => {
    await bot.ask('show NOWHERE1');

    assert.deepEqual(metrics.counts, { 'confer_problems_total code=meeting.notFound': 1 });
  });
});
