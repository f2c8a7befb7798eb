import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

import { stopVerb } from '../../src/bot/operation-buttons';
import { type Card, cards } from '../../src/cards';
import { commands, summaries } from '../../src/commands';
import { ofType } from '../support/card-reading';

describe('commands', () => {
  it('are registered once for every folder of src/commands', () => {
    const folders = readdirSync('src/commands', { withFileTypes: true }).filter((entry) => entry.isDirectory());

    assert.deepEqual(commands.map(({ name }) => name).sort(), folders.map(({ name }) => name).sort());
  });

  it('share no name and no other word for it', () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases]);

    assert.deepEqual(words, [...new Set(words)]);
    for (const word of words) assert.equal(word, word.toLowerCase());
  });

  it('say how they are used in words that run them', () => {
    for (const { name, usage, description } of summaries('en')) {
      assert.ok(usage === name || usage.startsWith(`${name} `), usage);
      assert.ok(description.length > 0 && description.length <= 128, description);
    }
  });

  it('name their verbs after themselves', () => {
    for (const { name, actions = {} } of commands) {
      for (const verb of Object.keys(actions)) assert.match(verb, new RegExp(`^${name}\\.[a-z][A-Za-z]*$`, 'u'));
    }
  });

  it('handle every verb of every card', () => {
    const handled = new Set([stopVerb, ...commands.flatMap(({ actions = {} }) => Object.keys(actions))]);
    const rendered = (cards as unknown as readonly Card<object>[]).map((card) => card.render(card.sample, 'en'));
    const verbs = rendered.flatMap((card) => ofType(card, 'Action.Execute').map(({ verb }) => String(verb)));

    assert.deepEqual(
      [...new Set(verbs)].filter((verb) => !handled.has(verb)),
      [],
    );
  });

  it('handle no verb that stands on no card', () => {
    const onCards = JSON.stringify(
      (cards as unknown as readonly Card<object>[]).map((card) => card.render(card.sample, 'en')),
    );
    const fromViews = [
      'new.save',
      'edit.open',
      'cancel.ask',
      'join.choose',
      'show.open',
      'transfer.choose',
      'co-owner.choose',
      'remind.choose',
      'edit.start',
    ];
    const handled = commands.flatMap(({ actions = {} }) => Object.keys(actions));

    assert.deepEqual(
      handled.filter((verb) => !fromViews.includes(verb) && !onCards.includes(`"${verb}"`)),
      [],
    );
  });
});
