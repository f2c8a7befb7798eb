import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { SPANS } from '../../src/shared/tracing';

describe('spans', () => {
  it('are explained in docs/operations.md, with their attributes', () => {
    const [, section = ''] = readFileSync('docs/operations.md', 'utf8').split(/^## Traces$/mu);
    const rows = (section.split(/^## /mu)[0] ?? '').matchAll(/^\| `[^|]*`\s*\| (`[^|]*`)\s*\|/gmu);

    assert.deepEqual(
      [...rows].map(([, attributes = '']) => attributes.replaceAll(/[`\s]/gu, '').split(',')),
      Object.values(SPANS).map(({ attributes }) => Object.keys(attributes)),
    );
  });
});
