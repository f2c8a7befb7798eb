import assert from 'node:assert/strict';

import fc from 'fast-check';

import { repliesToOf, wordsOf } from '../../src/bot/activity-text';
import { routeWords } from '../../src/bot/command-router';
import { SeenPeople } from '../../src/bot/seen-people';
import { speakerOf } from '../../src/bot/turn';
import { commands } from '../../src/commands';

const ROUTES = (
  [
    ['start Retro', 'start', 'Retro'],
    ['/Start\tRetro', 'start', 'Retro'],
    ['start: Retro', 'start', 'Retro'],
    ['start\nRetro', 'start', 'Retro'],
    ['NEW', 'new', ''],
    ['? edit', 'help', 'edit'],
    ['hello, there', 'help', 'there'],
    ['starting', undefined, undefined],
    ['constructor', undefined, undefined],
    ['', undefined, undefined],
    ['/', undefined, undefined],
  ] as const
).map(([words, name, args]) => ({ title: JSON.stringify(words), words, name, args }));

describe('reading an activity', () => {
  for (const { title, words, name, args } of ROUTES) {
    it(`finds the command of ${title}`, () => {
      const routed = routeWords(words, commands);

      assert.deepEqual([routed?.command.name, routed?.args], [name, args]);
    });
  }

  it('never fails, whatever an activity holds', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('text', 'entities', 'from', 'conversation', 'attachments', 'id') }),
        (odd) => {
          assert.equal(typeof wordsOf(odd), 'string');
          assert.ok(Array.isArray(repliesToOf(odd)));
          assert.equal(typeof speakerOf(odd, new SeenPeople()).person.id, 'string');
        },
      ),
    );
  });

  it('leaves no control of the direction of text, and no odd blank', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(wordsOf({ text }), /[\u202A-\u202E\u2066-\u2069\u00A0]|&nbsp;/u);
      }),
    );
  });

  it('takes no time for long odd words', () => {
    const long = ['<', '<at', '&', '&#', '<a ', '</', '"', '\u00A0'].map((piece) => piece.repeat(60_000));

    for (const text of long) assert.equal(typeof wordsOf({ text }), 'string');
  });

  it('knows the messages it answers: the quoted one, then the first of the thread, then what the client names', () => {
    const content = '<blockquote itemtype="http://schema.skype.com/Reply" itemid="quoted">x</blockquote>';

    const ids = repliesToOf({
      conversation: { id: '19:channel;messageid=root' } as never,
      replyToId: 'named',
      attachments: [{ contentType: 'text/html', content }],
    });

    assert.deepEqual(ids, ['quoted', 'root', 'named']);
  });

  it('prefers the id of the directory to the one of the chat', () => {
    const from = { id: '29:x', aadObjectId: 'oid', name: '' };

    assert.deepEqual(speakerOf({ from }, new SeenPeople()).person, { id: 'oid', name: 'Somebody' });
  });

  it('forgets the reader seen longest ago when there are too many', () => {
    const memory = new SeenPeople({ limit: 2 });
    memory.readerOf('a', { localTimezone: 'Asia/Tokyo' });
    memory.readerOf('b', { localTimezone: 'Asia/Tokyo' });
    memory.readerOf('a', {});
    memory.readerOf('c', { localTimezone: 'Asia/Tokyo' });

    assert.deepEqual([memory.readerOf('a', {}).zone, memory.readerOf('b', {}).zone], ['Asia/Tokyo', 'UTC']);
  });
});
