import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';

describe('imports', () => {
  it('obey the walls of .dependency-cruiser.cjs, which read every source file', async function () {
    this.timeout(30_000);

    const { modules, summary } = await cruise();

    assert.deepEqual(
      summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
      [],
    );
    const read = modules.map(({ source }) => source).filter((source) => /^src\/.*\.[jt]s$/u.test(source));
    // A check that reads nothing passes: with a compiler the cruiser does not know it reads no TypeScript at all.
    assert.deepEqual(read.sort(), sourceFiles().sort());
  });
});

async function cruise(): Promise<CruiseResult> {
  const args = [CRUISER, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as CruiseResult;
}

function sourceFiles(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(?:ts|js)$/u.test(file)).map((file) => `src/${file.replaceAll('\\', '/')}`);
}
