import assert from 'node:assert/strict';

import { ok, problem, warning } from '../../src/doctor/finding';
import { formatLine, formatSummary, redactor } from '../../src/doctor/report';

describe('the report', () => {
  describe('formatLine', () => {
    it('puts level, check, finding and advice on one line', () => {
      const line = formatLine({ name: 'storage', ...problem('cannot be\nwritten', 'Choose\u2028another.') });

      assert.equal(line, 'problem      storage       cannot be written -> Choose another.');
    });

    it('gives no advice where all is well', () => {
      assert.equal(formatLine({ name: 'clock', ...ok('agrees') }), 'ok           clock         agrees');
    });
  });

  describe('formatSummary', () => {
    it('counts problems and warnings', () => {
      const lines = [problem('a', 'b'), problem('c', 'd'), warning('e', 'f'), ok('g')];

      assert.equal(formatSummary(lines.map((finding) => ({ name: 'x', ...finding }))), '2 problems, 1 warning.');
    });

    it('says so when nothing is wrong', () => {
      assert.equal(formatSummary([{ name: 'x', ...ok('fine') }]), 'Nothing is wrong.');
    });
  });

  describe('redactor', () => {
    it('hides every occurrence of a secret, the longer one first', () => {
      const redact = redactor(['hunter2', 'hunter2-long']);

      assert.equal(redact('hunter2-long and hunter2'), '**** and ****');
    });

    it('hides user name and password inside a URL', () => {
      assert.equal(redactor([])('got "ftp://bob:pa55@contoso.com/x"'), 'got "ftp://****@contoso.com/x"');
    });

    it('leaves text alone when a secret is not set', () => {
      assert.equal(redactor([''])('all fine'), 'all fine');
    });
  });
});
