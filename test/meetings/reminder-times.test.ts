import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  checkAhead,
  countdownOf,
  dueBefore,
  LATEST_MS,
  leadBetween,
  leadParts,
  parseLead,
  punctuality,
} from '../../src/meetings/reminder-times';
import { NOW } from '../support/meetings';

const LEADS: readonly (readonly [typed: string, lead: string | undefined])[] = [
  ['10m', 'PT10M'],
  ['10 min', 'PT10M'],
  ['5 minutes', 'PT5M'],
  ['1h', 'PT1H'],
  ['1h30m', 'PT1H30M'],
  ['1 hour and 30 minutes', 'PT1H30M'],
  ['90m', 'PT1H30M'],
  ['48h', 'PT48H'],
  ['1d', 'P1D'],
  ['1 day, 2 hours', 'P1DT2H'],
  ['0m', 'PT0S'],
  ['PT10M', 'PT10M'],
  ['p1dt5m', 'P1DT5M'],
  ['60d', 'P60D'],
  ['61d', undefined],
  ['1441h', undefined],
  ['10', undefined],
  ['m', undefined],
  ['10 parsecs', undefined],
  ['-10m', undefined],
  ['1.5h', undefined],
  ['10m constructor', undefined],
  ['1 constructor', undefined],
  ['P', undefined],
  ['PT', undefined],
  ['P1Y', undefined],
  ['', undefined],
];

describe('reminder times', () => {
  for (const [typed, lead] of LEADS) {
    it(`read "${typed}" as ${lead ?? 'nothing'}`, () => {
      assert.equal(parseLead(typed), lead);
    });
  }

  it('count down to the start, else to the end, else to nothing', () => {
    const [startsAt, expiresAt] = [new Date('2026-06-01T10:00:00Z'), new Date('2026-06-02T10:00:00Z')];

    assert.deepEqual(countdownOf({ startsAt, expiresAt }), { to: 'start', at: startsAt });
    assert.deepEqual(countdownOf({ startsAt: undefined, expiresAt }), { to: 'end', at: expiresAt });
    assert.equal(countdownOf({ startsAt: undefined, expiresAt: undefined }), undefined);
  });

  it('remind a day before at the same time of day, also over a clock change', () => {
    const zone = 'Europe/Berlin';
    const afterSpring = new Date('2026-03-29T15:00:00+02:00');
    const afterAutumn = new Date('2026-10-25T15:00:00+01:00');

    assert.equal(dueBefore(afterSpring, { lead: 'P1D', zone }).toISOString(), '2026-03-28T14:00:00.000Z');
    assert.equal(dueBefore(afterAutumn, { lead: 'P1D', zone }).toISOString(), '2026-10-24T13:00:00.000Z');
    assert.equal(dueBefore(afterAutumn, { lead: 'P1D', zone: 'UTC' }).toISOString(), '2026-10-24T14:00:00.000Z');
  });

  it('remind so many hours and minutes before, however the clock is changed in between', () => {
    const zone = 'Europe/Berlin';
    const afterGap = new Date('2026-03-29T03:05:00+02:00');
    const inSecondHour = new Date('2026-10-25T02:05:00+01:00');

    assert.equal(dueBefore(afterGap, { lead: 'PT10M', zone }).toISOString(), '2026-03-29T00:55:00.000Z');
    assert.equal(dueBefore(inSecondHour, { lead: 'PT10M', zone }).toISOString(), '2026-10-25T00:55:00.000Z');
    assert.equal(dueBefore(inSecondHour, { lead: 'PT24H', zone }).toISOString(), '2026-10-24T01:05:00.000Z');
  });

  it('count days in UTC in a zone that nobody knows', () => {
    const due = dueBefore(new Date('2026-10-25T15:00:00Z'), { lead: 'P1D', zone: 'Mars/Olympus' });

    assert.equal(due.toISOString(), '2026-10-24T15:00:00.000Z');
  });

  it('are read back as they are shown, and never lie after the meeting', () => {
    const lead = fc.record({ days: fc.nat(30), hours: fc.nat(47), minutes: fc.nat(59) });
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC');
    const moment = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    });

    fc.assert(
      fc.property(lead, zone, moment, (parts, inZone, at) => {
        const typed = `${String(parts.days)}d ${String(parts.hours)}h ${String(parts.minutes)}m`;
        const read = parseLead(typed) ?? '';
        const due = dueBefore(at, { lead: read, zone: inZone });
        const exactMs = ((parts.days * 24 + parts.hours) * 60 + parts.minutes) * 60_000;

        assert.deepEqual(leadParts(read), { ...parts });
        assert.equal(parseLead(read), read);
        assert.ok(due <= at);
        // A clock change moves days by an hour at most, and leaves hours alone.
        const offMs = Math.abs(at.getTime() - due.getTime() - exactMs);
        assert.ok(offMs <= (parts.days === 0 ? 0 : 3_600_000), `${typed} before ${at.toISOString()} in ${inZone}`);
      }),
    );
  });

  it('turn a moment into a lead, in whole minutes', () => {
    assert.equal(leadBetween(new Date('2026-06-01T09:00:00Z'), new Date('2026-06-01T10:30:29Z')), 'PT1H30M');
    assert.equal(leadBetween(new Date('2026-06-01T09:00:00Z'), new Date('2026-06-03T09:00:00Z')), 'PT48H');
  });

  it('are worth saying until ten minutes after, and not a moment longer', () => {
    const at = NOW;
    const after = (ms: number): Date => new Date(at.getTime() + ms);

    assert.equal(punctuality(at, after(-1)), 'ahead');
    assert.equal(punctuality(at, after(0)), 'late');
    assert.equal(punctuality(at, after(LATEST_MS)), 'late');
    assert.equal(punctuality(at, after(LATEST_MS + 1)), 'missed');
  });

  it('refuse a meeting that has begun, and a moment that is past', () => {
    const countdown = { to: 'start', at: new Date(NOW.getTime() + 5 * 60_000) } as const;
    const before = (minutes: number): Date => new Date(countdown.at.getTime() - minutes * 60_000);

    checkAhead(countdown, before(5), NOW);
    assert.throws(
      () => {
        checkAhead(countdown, before(10), NOW);
      },
      {
        code: 'meeting.tooSoon',
        facts: { to: 'start', minutes: 5 },
      },
    );
    assert.throws(
      () => {
        checkAhead({ ...countdown, at: NOW }, NOW, NOW);
      },
      { code: 'meeting.begun' },
    );
  });
});
