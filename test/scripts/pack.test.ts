import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { PackError } from '../../scripts/pack/errors';
import { manifestOf, packages, type ProgramManifest } from '../../scripts/pack/packages';
import { asCommonJs, exampleOf, packageReadme } from '../../scripts/pack/readme';
import { contosoScenario } from '../../src/simulator';
import { optionsFrom, readArguments } from '../../src/simulator/command-line';

const program = JSON.parse(readFileSync('package.json', 'utf8')) as ProgramManifest;
const ucwaReadme = readFileSync('src/ucwa/README.md', 'utf8');
const README =
  '# Name\n\n[more](more.json) and [web](https://contoso.com/)\n\n## In this repository\n\n[docs](../docs)\n';

describe('packages', () => {
  it('take version, license and engines from the program, and its exact axios alone', () => {
    const { name, version, license, engines, dependencies } = manifestOf(packages.ucwa, program);

    assert.deepEqual([name, version, license], ['confer-ucwa', program.version, 'MIT']);
    assert.deepEqual(engines, program.engines);
    assert.deepEqual(dependencies, { axios: program.dependencies.axios });
    assert.match(String(program.dependencies.axios), /^\d+\.\d+\.\d+$/);
  });

  it('have one entrance each, and the simulator its command, schema and scenarios', () => {
    const client = manifestOf(packages.ucwa, program);
    const simulator = manifestOf(packages.simulator, program);

    assert.deepEqual(Object.keys(client.exports as object), ['.', './package.json']);
    assert.deepEqual(Object.keys(simulator.exports as object), [
      '.',
      './scenario.schema.json',
      './scenarios/*',
      './package.json',
    ]);
    assert.deepEqual([client.bin, simulator.bin], [undefined, { 'ucwa-simulator': './dist/main.js' }]);
  });

  it('show of a README what concerns those who install it, with links into dist', () => {
    const readme = packageReadme(README, (path) => path === 'dist/more.json');

    assert.equal(readme, '# Name\n\n[more](dist/more.json) and [web](https://contoso.com/)\n');
  });

  it('refuse a README that links to what they do not have', () => {
    assert.throws(
      () => packageReadme(README, () => false),
      new PackError('The README links to more.json, which is not in the package.'),
    );
  });

  it('have an example of ten lines after the import, which also is one in CommonJS', () => {
    const example = exampleOf(ucwaReadme);
    const lines = example.split('\n').filter((line) => line !== '');
    const commonJs = asCommonJs(example);

    assert.match(lines[0] ?? '', /^import /);
    assert.equal(lines.length, 11);
    assert.match(commonJs, /^\(async \(\) => \{\nconst \{ createUcwaAccount \} = require\('confer-ucwa'\);\n/);
    assert.doesNotMatch(commonJs, /^import /m);
  });

  it('have an example that asks the simulator where it listens, as somebody it knows', async () => {
    const example = exampleOf(ucwaReadme);
    const { host = '', port } = await optionsFrom(readArguments([]), {});
    const { people, sipDomain, serviceAccount } = contosoScenario.company;
    const password = people.find(({ account }) => account === serviceAccount)?.password;

    assert.ok(example.includes(`rootUrl: 'http://${host}:${String(port)}/'`));
    assert.ok(example.includes(`username: '${serviceAccount}@${sipDomain}'`));
    assert.ok(example.includes(`=> '${password ?? ''}'`));
  });

  it('refuse a README without an example', () => {
    assert.throws(() => exampleOf('# Name\n'), new PackError('The README has no example.'));
  });
});
