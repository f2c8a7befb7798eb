import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Packed, repository } from './build';
import { EmptyProject, type ProofSetting } from './empty-project';
import { PackError } from './errors';
import { asCommonJs, exampleOf } from './readme';
import { whileServing } from './serving';

const SIMULATOR = [process.execPath, '--import', 'tsx', 'src/simulator/main.ts', '--port', '0', '--quiet'] as const;
/** Where the README expects `npm run simulator`. */
const README_ROOT_URL = 'http://127.0.0.1:4010/';

/**
 * Shows that the client works where nothing else of this repository is: the README's example as CommonJS, as an ES
 * module and as TypeScript, against a running simulator.
 *
 * @throws PackError with what does not work.
 */
export async function proveUcwa(packed: Packed, { signal, tell }: ProofSetting): Promise<void> {
  const readme = await readFile(join(repository, 'src', 'ucwa', 'README.md'), 'utf8');
  const example = exampleOf(readme);
  if (!example.includes(README_ROOT_URL)) throw new PackError(`The example does not ask ${README_ROOT_URL}.`);
  await EmptyProject.during(signal, async (project) => {
    await project.install(packed);
    tell(
      `installs, with ${Object.entries(packed.dependencies)
        .map((entry) => entry.join(' '))
        .join(', ')}`,
    );
    await whileServing(SIMULATOR, { cwd: repository, signal }, async (rootUrl) => {
      const served = example.replace(README_ROOT_URL, rootUrl);
      await project.write('example.cjs', asCommonJs(served));
      await project.write('example.mjs', served);
      await proveMeeting({ rootUrl, signal }, async () => project.node('example.cjs'));
      tell("the README's example as CommonJS makes a meeting and deletes it");
      await proveMeeting({ rootUrl, signal }, async () => project.node('example.mjs'));
      tell("the README's example as an ES module makes a meeting and deletes it");
    });
    await proveTypes(project, example);
    tell("TypeScript takes the README's example and refuses a wrong one");
    await proveSurface(project, packed.name);
    tell('nothing can be imported but the documented surface');
  });
}

/** Runs an example that prints a join URL, and asks the simulator whether a meeting came and went. */
async function proveMeeting(
  { rootUrl, signal }: { rootUrl: string; signal: AbortSignal },
  runExample: () => Promise<string>,
): Promise<void> {
  const before = await changes(rootUrl, signal);
  const printed = (await runExample()).trim();
  if (!/^https?:\/\/\S+\/meet\/\S+$/u.test(printed)) throw new PackError(`Expected a join URL, got: ${printed}`);
  const seen = (await changes(rootUrl, signal)).slice(before.length).join(', ');
  if (seen !== 'POST 201, DELETE 204') throw new PackError(`The simulator saw of meetings: ${seen}.`);
}

async function changes(rootUrl: string, signal: AbortSignal): Promise<string[]> {
  const response = await fetch(new URL('/_sim/requests', rootUrl), { signal });
  const requests = (await response.json()) as { method: string; path: string; status: number }[];
  return requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('/myOnlineMeetings'))
    .map(({ method, status }) => `${method} ${String(status)}`);
}

async function proveTypes(project: EmptyProject, example: string): Promise<void> {
  await project.installNodeTypes();
  await project.write('example.mts', example);
  await project.write('wrong.mts', example.replace('meetings.create(', 'meetings.create(5 + '));
  const right = await project.typeCheck('example.mts');
  if (right.code !== 0) throw new PackError(`TypeScript refuses the example:\n${right.said}`);
  const wrong = await project.typeCheck('wrong.mts');
  if (wrong.code === 0) throw new PackError('TypeScript takes anything: the types are missing.');
}

async function proveSurface(project: EmptyProject, name: string): Promise<void> {
  await project.write(
    'deep.cjs',
    `try { require('${name}/dist/transport.js'); } catch (error) { console.log(error.code); }\n`,
  );
  const said = (await project.node('deep.cjs')).trim();
  if (said !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw new PackError(`An inner file can be imported: ${said}`);
}
