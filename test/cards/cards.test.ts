import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

import { type Card, cards } from '../../src/cards';
import { problemsOf } from '../support/adaptive-cards';
import { buttonsOf, isRecord, nodesOf, ofType } from '../support/card-reading';

/** Every card with its view, whatever that is. */
const ALL = cards as unknown as readonly Card<object>[];
const CASES = ALL.map((card) => ({ name: card.name, card }));

/** Nobody is asked to choose among nothing. */
const NEVER_EMPTY = new Set(['choices']);

/** Every sample once as it is, once with every text empty, list empty and number zero. */
const VIEWS = CASES.flatMap(({ name, card }) => [
  { title: `${name}, full`, json: card.render(card.sample, 'en') },
  { title: `${name}, empty`, json: card.render(emptied(card.sample), 'en') },
]);

describe('cards', () => {
  it('pair every cards/*.json with one view model', () => {
    const templates = readdirSync('cards').map((file) => file.replace(/\.json$/u, ''));

    assert.deepEqual(ALL.map(({ name }) => name).sort(), templates.sort());
  });

  for (const { title, json } of VIEWS) {
    it(`are what the Adaptive Cards library accepts: ${title}`, () => {
      assert.deepEqual(problemsOf(json), []);
    });

    it(`declare version 1.5 and what to show instead: ${title}`, () => {
      assert.equal(json.version, '1.5');
      assert.equal(typeof json.fallbackText, 'string');
    });

    it(`leave no binding unresolved and nothing null: ${title}`, () => {
      assert.doesNotMatch(JSON.stringify(json), /\$\{|null|undefined|\$when|\$data/u);
    });

    it(`label every input: ${title}`, () => {
      for (const { node } of nodesOf(json).filter((found) => String(found.node.type).startsWith('Input.'))) {
        assert.ok(typeof node.label === 'string' && node.label !== '', String(node.id));
        assert.ok(node.isRequired !== true || typeof node.errorMessage === 'string', String(node.id));
      }
    });

    it(`show at most six buttons, each with a title of its own: ${title}`, () => {
      const actions: readonly unknown[] = Array.isArray(json.actions) ? json.actions : [];
      const titles = actions.filter(isRecord).map((action) => action.title);

      assert.ok(titles.length <= 6, titles.join());
      assert.equal(new Set(titles).size, titles.length);
      for (const button of buttonsOf(json)) assert.ok(typeof button.title === 'string', JSON.stringify(button));
    });

    it(`have a fallback for clients without universal actions behind every Action.Execute: ${title}`, () => {
      for (const action of ofType(json, 'Action.Execute')) {
        const { verb, title: words, data, fallback } = action;

        assert.ok(isRecord(fallback) && isRecord(data) && isRecord(fallback.data), JSON.stringify(action));
        assert.deepEqual(
          { type: fallback.type, title: fallback.title, data: fallback.data },
          { type: 'Action.Submit', title: words, data: { ...data, verb } },
        );
      }
    });

    it(`wrap their words: ${title}`, () => {
      for (const block of ofType(json, 'TextBlock')) assert.equal(block.wrap, true, String(block.text));
    });
  }

  for (const { name, card } of CASES) {
    it(`read every field of their view: ${name}`, () => {
      const read = new Set<PropertyKey>();

      card.render(watched(card.sample, read), 'en');

      assert.deepEqual(
        Object.keys(card.sample).filter((field) => !read.has(field)),
        [],
      );
    });

    it(`do not change between two renderings: ${name}`, () => {
      const first = JSON.stringify(card.render(card.sample, 'en'));
      card.render(emptied(card.sample), 'de-AT');

      assert.equal(JSON.stringify(card.render(card.sample, 'en')), first);
    });

    it(`speak English to whoever reads a language that is not there yet: ${name}`, () => {
      assert.deepEqual(card.render(card.sample, 'tlh'), card.render(card.sample, 'en'));
    });
  }
});

function watched(view: object, read: Set<PropertyKey>): object {
  return new Proxy(view, {
    get: (target, field, receiver): unknown => {
      read.add(field);
      return Reflect.get(target, field, receiver);
    },
  });
}

function emptied(view: object): object {
  const empty = (value: unknown): unknown => {
    if (typeof value === 'string') return '';
    if (typeof value === 'number') return 0;
    if (typeof value === 'boolean') return false;
    return Array.isArray(value) ? ([] as unknown[]) : value;
  };
  const fields = Object.entries(view) as [string, unknown][];
  const entries = fields.map(([name, value]) => [name, NEVER_EMPTY.has(name) ? value : empty(value)]);
  return Object.fromEntries(entries) as object;
}
