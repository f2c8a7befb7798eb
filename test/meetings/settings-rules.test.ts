import assert from 'node:assert/strict';

import { MAX_EXPIRY_MS } from '../../src/meetings/limits';
import { checkAllowed, checkSettings, parseAddresses } from '../../src/meetings/settings-rules';
import { meetingOptions, NOW } from '../support/meetings';

const ADDRESSES = (
  [
    ['', []],
    [' , ;\n ', []],
    ['anna@contoso.com', ['anna@contoso.com']],
    ['ANNA@Contoso.com', ['anna@contoso.com']],
    ['sip:anna@contoso.com; mailto:ben@contoso.com', ['anna@contoso.com', 'ben@contoso.com']],
    ['anna@contoso.com ben@contoso.com', ['anna@contoso.com', 'ben@contoso.com']],
    ['anna@contoso.com\r\nben@contoso.com', ['anna@contoso.com', 'ben@contoso.com']],
    ['Anna Berger <anna@contoso.com>, Ben <ben@contoso.com>', ['anna@contoso.com', 'ben@contoso.com']],
    ['anna@contoso.com, Anna@contoso.com', ['anna@contoso.com']],
    ["o'brien+x@sub.contoso.co.uk", ["o'brien+x@sub.contoso.co.uk"]],
  ] as const
).map(([typed, addresses]) => ({ title: JSON.stringify(typed), typed, addresses }));

const NO_ADDRESSES = [
  ...['anna', 'anna@', '@contoso.com', 'anna@contoso', 'anna@@contoso.com', 'anna@contoso..com', 'anna@-x.com'],
  ...['anna@contoso.com;gruu;opaque=x', 'a b@contoso.com', '<script>@x.com', `${'x'.repeat(65)}@contoso.com`],
  ...['anna@contoso.com>', '"anna"@contoso.com', 'anna@[127.0.0.1]', 'https://contoso.com/@anna'],
].map((typed) => ({ title: JSON.stringify(typed), typed }));

const BAD_ENDS = [0, -1, MAX_EXPIRY_MS + 1, Number.NaN].map((ms) => ({ title: String(ms), ms }));

describe('settings rules', () => {
  describe('parseAddresses', () => {
    for (const { title, typed, addresses } of ADDRESSES) {
      it(`reads ${title}`, () => {
        assert.deepEqual(parseAddresses(typed), addresses);
      });
    }

    for (const { title, typed } of NO_ADDRESSES) {
      it(`refuses ${title}`, () => {
        assert.throws(() => parseAddresses(typed), { code: 'input.badAddress' });
      });
    }

    it('takes no time for a long text', () => {
      assert.throws(() => parseAddresses(`${'a.'.repeat(50_000)}@${'b-'.repeat(50_000)}`), {
        code: 'input.badAddress',
      });
      assert.throws(() => parseAddresses(`x@${'a-'.repeat(150)}!`), { code: 'input.badAddress' });
    });
  });

  describe('checkSettings', () => {
    const at = (ms: number) => ({ expiresAt: new Date(NOW.getTime() + ms) });

    it('takes an end in the future, up to the limit of the server', () => {
      checkSettings(at(1), NOW);
      checkSettings(at(MAX_EXPIRY_MS), NOW);
    });

    for (const { title, ms } of BAD_ENDS) {
      it(`refuses an end ${title} ms from now`, () => {
        assert.throws(
          () => {
            checkSettings(at(ms), NOW);
          },
          { code: 'input.expiryOutOfRange' },
        );
      });
    }

    it('counts somebody who is invited and presents once', () => {
      const people = Array.from({ length: 500 }, (_, index) => `p${String(index)}@contoso.com`);

      checkSettings({ attendees: people, leaders: people }, NOW);
      assert.throws(
        () => {
          checkSettings({ attendees: people, leaders: ['one.more@contoso.com'] }, NOW);
        },
        { code: 'input.tooManyPeople', facts: { count: 501, limit: 500 } },
      );
    });
  });

  describe('checkAllowed', () => {
    it('takes what the policy names', () => {
      checkAllowed({ access: 'locked', phoneAllowed: 'off', subject: 'x' }, meetingOptions());
    });

    it('names the first setting that is not allowed', () => {
      assert.throws(
        () => {
          checkAllowed({ subject: 'x', access: 'everyone' }, meetingOptions());
        },
        {
          code: 'meeting.optionNotAllowed',
          facts: { setting: 'access', value: 'everyone', allowed: 'company,invited,locked' },
        },
      );
    });
  });
});
