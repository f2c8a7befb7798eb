import assert from 'node:assert/strict';

import { cardMoment, describeMoment, isZone, parseIsoTime, toLocalTime } from '../../src/meetings/when';

const BERLIN = 'Europe/Berlin';

/** What is typed in Berlin, and which moment it is. */
const READ = [
  ['2026-12-24T18:00', '2026-12-24T17:00:00.000Z'],
  ['2026-07-01T18:00', '2026-07-01T16:00:00.000Z'],
  [' 2026-12-24T18:00:30 ', '2026-12-24T17:00:30.000Z'],
  ['2026-12-24', '2026-12-23T23:00:00.000Z'],
  ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
  ['2026-12-24T18:00-05:00', '2026-12-24T23:00:00.000Z'],
  ['2028-02-29T10:00', '2028-02-29T09:00:00.000Z'],
] as const;

const REFUSED = [
  ...['', 'tomorrow', '18:00', '24.12.2026', '2026-13-01', '2026-02-30T10:00', '2027-02-29T10:00', '2026-12-24T25:00'],
  ...['2026-03-29T02:30', '2026-W52', '2026-358', '20261224T180000', 'T18:00', '2026-12-24T18:00 and more'],
] as const;

describe('times', () => {
  for (const [typed, moment] of READ) {
    it(`are read in the zone of the person: ${typed}`, () => {
      assert.equal(parseIsoTime(typed, BERLIN).toISOString(), moment);
    });
  }

  for (const typed of REFUSED) {
    it(`are refused when they are none, or never come: "${typed}"`, () => {
      assert.throws(() => parseIsoTime(typed, BERLIN), { code: 'input.badDate' });
    });
  }

  it('become the fields of a form and come back as the same minute, around the year', () => {
    for (let day = 0; day < 365; day += 1) {
      const moment = new Date(Date.UTC(2026, 0, 1 + day, 12, 34));
      const { date, time } = toLocalTime(moment, BERLIN);

      assert.equal(parseIsoTime(`${date}T${time}`, BERLIN).getTime(), moment.getTime(), date);
    }
  });

  it('are said in the words of the reader', () => {
    const moment = new Date('2026-12-24T17:00:00Z');

    assert.match(
      describeMoment(moment, { zone: BERLIN, locale: 'en-US' }),
      /^Thu, Dec 24, 2026, 6:00\sPM \(GMT\+1\)$/u,
    );
    assert.match(describeMoment(moment, { zone: BERLIN, locale: 'de-DE' }), /24\. Dez\. 2026/u);
  });

  it('are written for cards so that each client shows its own zone', () => {
    assert.equal(
      cardMoment(new Date('2026-12-24T17:00:42.123Z')),
      '{{DATE(2026-12-24T17:00:42Z,SHORT)}}, {{TIME(2026-12-24T17:00:42Z)}}',
    );
  });

  it('know the zones there are', () => {
    assert.deepEqual([BERLIN, 'UTC', 'Mars/Olympus', ''].map(isZone), [true, true, false, false]);
  });
});
