import assert from 'node:assert/strict';

import type { CardJson } from '../../src/cards';
import { problemsOf } from '../support/adaptive-cards';
import { BotHarness } from '../support/bot-harness';
import { FakeGateway } from '../support/fake-gateway';
import { meeting } from '../support/meetings';

/** Teams takes about 28 KB on its narrowest path; see the size budget in docs/architecture.md. */
const BUDGET_BYTES = 25 * 1024;

const ATTENDEES = Array.from({ length: 500 }, (_, index) => `person.number.${String(index)}@contoso.com`);
const FITTING = ATTENDEES.slice(0, 280);

/** A meeting that fills every field to the brim. */
function full(attendees: readonly string[]): FakeGateway {
  const gateway = new FakeGateway(
    meeting({ subject: 'S'.repeat(250), description: 'D'.repeat(4000), attendees, leaders: attendees.slice(0, 5) }),
    ...Array.from({ length: 100 }, (_, index) => meeting({ id: `ID${String(index)}`, subject: 'T'.repeat(250) })),
  );
  const regions = Array.from({ length: 40 }, (_, index) => ({
    name: `Region ${String(index)}`,
    number: '+49 30 5550100',
  }));
  gateway.phones = { regions };
  return gateway;
}

function assertFits(card: CardJson | undefined): void {
  assert.ok(card);
  assert.ok(bytesOf(card) < BUDGET_BYTES, `${String(bytesOf(card))} bytes`);
  assert.deepEqual(problemsOf(card), []);
}

function bytesOf(card: CardJson): number {
  return Buffer.byteLength(JSON.stringify(card));
}

describe('the size of a card', () => {
  for (const words of ['show IB88RLLY', 'list', 'show', 'edit IB88RLLY', 'cancel IB88RLLY', 'help', 'new']) {
    it(`stays within what every client takes: ${words}`, async () => {
      const bot = new BotHarness({ gateway: full(ATTENDEES) });

      const { card } = await bot.ask(words);

      assertFits(card);
    });
  }

  it('stays within it for a form with as many people as fit into one', async () => {
    const bot = new BotHarness({ gateway: full(FITTING) });

    const { card } = await bot.ask('edit IB88RLLY');

    assert.match(JSON.stringify(card), /person\.number\.279/u);
    assertFits(card);
  });

  it('stays within it for the question after a collision of long values', async () => {
    const bot = new BotHarness({ gateway: full(FITTING) });
    const form = await bot.ask('edit IB88RLLY');
    bot.gateway.touch('IB88RLLY', { description: 'E'.repeat(4000), attendees: FITTING.slice(1) });

    const answer = await bot.click(form, 'Save', {
      inputs: { description: 'F'.repeat(4000), attendees: FITTING.slice(2).join('\n') },
    });

    assert.match(JSON.stringify(answer.card), /Keep theirs/u);
    assertFits(answer.card);
  });

  it('stays within it for a form shown again with everything typed', async () => {
    const bot = new BotHarness({ gateway: full(FITTING) });
    const form = await bot.ask('edit IB88RLLY');

    const answer = await bot.click(form, 'Save', { inputs: { untilDate: '1999-01-01' } });

    assertFits(answer.card);
  });
});
