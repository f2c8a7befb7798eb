/**
 * Writes into docs/proof.md which test files prove which row, read from the titles of the tests. Run it after a change
 * of those: `node --import tsx scripts/list-proof.ts`. What a row promises, and why one is not proven, is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { writePage } from './proof/page';
import { titlesWithRows } from './proof/titles';

const root = join(__dirname, '..');
const file = join(root, 'docs', 'proof.md');

writeFileSync(file, writePage(readFileSync(file, 'utf8'), titlesWithRows(root)));
