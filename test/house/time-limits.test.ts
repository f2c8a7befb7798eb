import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** A time limit that nobody holds but the signal made from it: Node.js 20 forgets it with the next garbage. */
const forgotten = /AbortSignal\.any\(\s*\[[^\]]*AbortSignal\.timeout\(/u;

const files = ['src', 'bench'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

describe('time limits', () => {
  it('are not made inside AbortSignal.any', () => {
    assert.ok(files.length > 200, String(files.length));
    assert.deepEqual(
      files.filter((file) => forgotten.test(readFileSync(file, 'utf8'))),
      [],
    );
  });
});
