import assert from 'node:assert/strict';

import { plain, plainLine } from '../../src/cards';

describe('foreign text', () => {
  it('is shown in full when it just fits, whatever is hidden in it', () => {
    const text = `{{DATE(x)}} ${'a'.repeat(238)}`;

    assert.equal(plain(text, text.length).replaceAll('\u2060', ''), text);
  });

  it('is cut between characters as people see them, and says so', () => {
    assert.equal(plain('ab👩‍💻cdefgh', 4), 'ab👩‍💻…');
  });

  it('leaves no start of a card function where it cuts', () => {
    assert.ok(!plain(`${'{'.repeat(30)}DATE`, 10).includes('{{'));
  });

  it('is put on one line where there is only one', () => {
    assert.equal(plainLine(' a\n\tb  c '), 'a b c');
  });
});
