import assert from 'node:assert/strict';

import { commands, summaries } from '../../src/commands';
import { suggest } from '../../src/commands/help/suggest';

const known = summaries('en');

describe('suggest', () => {
  it('finds every command with one letter missing, doubled or swapped', () => {
    for (const { name } of commands.filter(({ name }) => name.length > 3)) {
      const misspelt = [name.slice(0, 2) + name.slice(3), `${name}${name.at(-1) ?? ''}`, swapped(name)];

      for (const typed of misspelt) {
        assert.ok(
          suggest(typed, known).some(({ command }) => command === name),
          typed,
        );
      }
    }
  });

  it('guesses nothing from a short word that has half of its letters elsewhere', () => {
    assert.deepEqual(suggest('stop', known), []);
    assert.deepEqual(suggest('lsit', known), [{ command: 'list', args: '' }]);
  });

  it('guesses nothing from nothing', () => {
    assert.deepEqual(suggest(' ', known), []);
  });

  it('keeps what stands behind the word exactly as it was typed', () => {
    const behind = `"Budget  review"\n desc="${'word '.repeat(60)}" with {{anna}}@contoso.com`;

    assert.deepEqual(suggest(`nwe ${behind}`, known)[0], { command: 'new', args: behind });
    assert.deepEqual(suggest(`please start ${behind}`, known)[0], { command: 'start', args: behind });
  });

  it('gives at most three', () => {
    assert.ok(suggest('ne start list show edit', known).length <= 3);
  });

  it('takes no time for a long word', () => {
    assert.deepEqual(suggest('x'.repeat(28_000), known), []);
  });
});

function swapped(word: string): string {
  return `${word[1] ?? ''}${word[0] ?? ''}${word.slice(2)}`;
}
