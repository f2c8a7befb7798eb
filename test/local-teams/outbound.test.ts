import assert from 'node:assert/strict';

import { localTimestamp } from '../../src/local-teams/outbound/envelope';
import { resolveMentions } from '../../src/local-teams/outbound/mentions';

describe('what goes out', () => {
  describe('localTimestamp', () => {
    const moment = new Date('2026-07-01T22:30:00.000Z');

    it('is the same moment on the clock of the place, east and west, with half hours', () => {
      assert.equal(localTimestamp(moment, 'Europe/Berlin'), '2026-07-02T00:30:00.000+02:00');
      assert.equal(localTimestamp(moment, 'America/New_York'), '2026-07-01T18:30:00.000-04:00');
      assert.equal(localTimestamp(moment, 'Asia/Kolkata'), '2026-07-02T04:00:00.000+05:30');
      assert.equal(localTimestamp(moment, 'UTC'), '2026-07-01T22:30:00.000+00:00');
    });

    it('follows the change of the clocks', () => {
      assert.match(localTimestamp(new Date('2026-12-01T12:00:00Z'), 'Europe/Berlin'), /T13:00:00\.000\+01:00$/);
    });
  });

  describe('resolveMentions', () => {
    const bot = { id: '28:confer', name: 'Confer' };
    const anna = { id: '29:anna', name: 'Anna' };
    const annaBerg = { id: '29:berg', name: 'Anna Berg' };
    const resolve = (text: string): { text: string; ids: string[] } => {
      const resolved = resolveMentions(text, [bot, anna, annaBerg]);
      return { text: resolved.text, ids: resolved.mentions.map(({ id }) => id) };
    };

    it('finds the longest name, in any letter case, tagged or typed', () => {
      assert.deepEqual(resolve('@confer ask @Anna Berg and <at>Anna</at>'), {
        text: '<at>Confer</at> ask <at>Anna Berg</at> and <at>Anna</at>',
        ids: ['28:confer', '29:berg', '29:anna'],
      });
    });

    it('leaves e-mail addresses, longer words and strangers alone', () => {
      const text = 'mail me@Confer about @Conference, <at>Nobody</at>';

      assert.deepEqual(resolve(text), { text, ids: [] });
    });
  });
});
