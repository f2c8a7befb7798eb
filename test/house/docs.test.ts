import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].map((file) => ({ file, text: existsSync(file) ? readFileSync(file, 'utf8') : '' }));

/** What a page calls a file of this repository: `src/…`, `docs/…` and so on, without placeholders. */
const OURS = /`((?:src|test|docs|cards|scripts|manifest|bench)\/[\w./-]*)`/gu;

describe('documents', () => {
  for (const { file, text } of PAGES) {
    it(`exist and name only files that are there: ${file}`, () => {
      const named = [...text.matchAll(OURS)].map(([, name]) => name ?? '');

      assert.notEqual(text, '');
      assert.deepEqual(
        named.filter((name) => !existsSync(name)),
        [],
      );
    });

    it(`link only to what is there: ${file}`, () => {
      const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/gu)].map(([, link]) => link ?? '');
      const local = links.filter((link) => !/^(?:https?|mailto|tel):/u.test(link));

      assert.deepEqual(
        local.filter((link) => !existsSync(path.join(path.dirname(file), decodeURI(link)))),
        [],
      );
    });

    it(`name only scripts of package.json: ${file}`, () => {
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
      const named = [...text.matchAll(/npm run ([\w:-]+)/gu)].map(([, name]) => name ?? '');

      assert.deepEqual(
        named.filter((name) => !(name in scripts)),
        [],
      );
    });
  }
});
