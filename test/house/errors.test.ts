import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { explain, explanationLine, explanationMessage } from '../../src/bot/explain';
import { problemTexts } from '../../src/bot/problem-texts';
import { REFUSALS } from '../../src/http/refusals';
import { MeetingProblem, PROBLEM_CODES } from '../../src/meetings/errors';

/** Values for every fact a sentence may name. */
const FACTS = {
  ...{ length: 251, limit: 250, address: 'x', count: 501, typed: 'x', option: 'lobby', value: 'everyone' },
  ...{ owner: 'x', coOwners: 'x' },
  ...{ allowed: 'company,locked', words: 'x', subject: 'x', host: 'x', setting: 'access', parameters: 'subject' },
};

describe('errors', () => {
  for (const code of PROBLEM_CODES) {
    it(`have words and a next step for people: ${code}`, () => {
      const { what, next } = problemTexts('en')[code](FACTS);

      for (const sentence of [what, next]) {
        assert.match(sentence, /^["A-Z0-9].*\.$/u);
        assert.doesNotMatch(sentence, /undefined|UCWA|null|\bNaN\b|""/u);
      }
    });

    it(`have a row in docs/errors.md: ${code}`, () => {
      assert.match(
        readFileSync('docs/errors.md', 'utf8'),
        new RegExp(`^\\| *\`${code.replace('.', '\\.')}\` *\\|`, 'mu'),
      );
    });

    it(`are shown with the reference, never with the cause: ${code}`, () => {
      const explanation = explain(new MeetingProblem(code, { facts: FACTS, cause: 'SECRET' }), 'en');

      for (const words of [
        explanationLine(explanation, 'AB12-CD34', 'en'),
        explanationMessage(explanation, 'AB12-CD34', 'en'),
      ]) {
        assert.match(words, /Reference AB12-CD34/u);
        assert.doesNotMatch(words, /SECRET/u);
      }
    });
  }

  it('have a row in docs/errors.md for every code a class of ours declares', () => {
    const page = readFileSync('docs/errors.md', 'utf8');
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/^(?:simulator|local-teams|ucwa)/u.test(file))
      .map((file) => readFileSync(`src/${file}`, 'utf8'));
    const codes = sources.flatMap((source) =>
      [...source.matchAll(/readonly code = '([\w.]+)'/gu)].map(([, code]) => code),
    );

    assert.ok(codes.length >= 4);
    assert.deepEqual(
      codes.filter((code) => !page.includes(`\`${String(code)}\``)),
      [],
    );
  });

  it('have a row in docs/errors.md for everything the front door refuses', () => {
    const page = readFileSync('docs/errors.md', 'utf8');
    const missing = Object.entries(REFUSALS).filter(
      ([code, status]) => !new RegExp(`\\| ${String(status)} +\\|[^|]*\`${code}\``, 'u').test(page),
    );

    assert.deepEqual(missing, []);
  });

  it('never show the message of an error nobody foresaw', () => {
    const explanation = explain(new TypeError('SECRET'), 'en');

    assert.equal(explanation.isBug, true);
    assert.doesNotMatch(JSON.stringify(explanation), /SECRET/u);
  });
});
