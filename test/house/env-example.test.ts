import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { loadConfig, TOOL_VARIABLES, VARIABLES } from '../../src/config/config';

describe('.env.example', () => {
  it('lists exactly the variables that are read, in their order', () => {
    assert.deepEqual(
      readExample().map(([name]) => name),
      [...VARIABLES, ...TOOL_VARIABLES],
    );
  });

  it('is itself a configuration that works, and the same as none at all', () => {
    assert.deepEqual(loadConfig(Object.fromEntries(readExample())), loadConfig({}));
  });

  it('says of every variable what it is and what it is by default', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n');

    for (const [name] of readExample()) {
      const at = lines.findIndex((line) => line.startsWith(`${name}=`));
      const comment = commentAbove(lines, at);
      assert.match(comment, /Default: |Needed together with /u, name);
    }
  });

  it('gives the tools no variable that nobody reads', () => {
    const sources = ['src', 'scripts', 'test/support', 'test/conformance'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && file !== 'config/config.ts')
        .map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
    );
    const unread = TOOL_VARIABLES.filter((name) => !sources.some((source) => source.includes(name)));

    // The developer's pages are read together, by a name made from their kind.
    assert.deepEqual(
      unread.filter((name) => !/^DEVELOPER_\w+_URL$/u.test(name)),
      [],
    );
  });

  it('holds no secret', () => {
    for (const [name, value] of readExample()) {
      if (/PASSWORD|SECRET/u.test(name)) assert.equal(value, '', name);
    }
  });
});

function readExample(): [string, string][] {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, name, value] = /^([A-Z]\w*)=(.*)$/u.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as [string, string]];
  });
}

function commentAbove(lines: readonly string[], at: number): string {
  const above = lines.slice(0, at).reverse();
  const end = above.findIndex((line) => line === '');
  return above.slice(0, end).reverse().join(' ');
}
