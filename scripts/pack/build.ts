import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PackError } from './errors';
import { manifestOf, type PackagePlan, type ProgramManifest } from './packages';
import { packageReadme } from './readme';
import { npm, run } from './run';

/** The root of the repository. */
export const repository = join(__dirname, '..', '..');

/** The compiler of this repository. */
export const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

const target = join(repository, 'build', 'packages');

/** A package as a file. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  /** Path of the tgz. */
  readonly file: string;
  /** Paths inside it. */
  readonly entries: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Compiles one folder of src by itself and packs it.
 *
 * @throws PackError when it does not compile alone, or something strange is in the package.
 */
export async function makePackage(plan: PackagePlan, signal: AbortSignal): Promise<Packed> {
  const folder = join(target, plan.name);
  await rm(folder, { recursive: true, force: true });
  await compile(plan, { dist: join(folder, 'dist'), signal });
  const program = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as ProgramManifest;
  const manifest = manifestOf(plan, program);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await copyFile(join(repository, 'LICENSE'), join(folder, 'LICENSE'));
  const readme = await readFile(join(repository, plan.source, 'README.md'), 'utf8');
  await writeFile(
    join(folder, 'README.md'),
    packageReadme(readme, (path) => existsSync(join(folder, path))),
  );
  const packed = await npm(['pack', '--json', '--pack-destination', target], { cwd: folder, signal });
  const [report] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const entries = report.files.map(({ path }) => path).sort();
  checkEntries(entries);
  return {
    name: plan.name,
    version: program.version,
    file: join(target, report.filename),
    entries,
    dependencies: manifest.dependencies as Packed['dependencies'],
  };
}

async function compile(plan: PackagePlan, { dist, signal }: { dist: string; signal: AbortSignal }): Promise<void> {
  const source = join(repository, plan.source);
  await mkdir(dist, { recursive: true });
  const output = ['--noEmit', 'false', '--declaration', '--outDir', dist];
  await run(process.execPath, [compiler, '-p', source, ...output], { cwd: repository, signal });
  for (const path of Object.values(plan.files ?? {})) {
    const asset = path.replace('./dist/', '').replace('/*', '');
    await cp(join(source, asset), join(dist, asset), { recursive: true });
  }
  if (plan.command !== undefined) await chmod(join(dist, 'main.js'), 0o755);
}

/** Only what is built, what describes it, and no source. */
function checkEntries(entries: readonly string[]): void {
  const allowed = /^(?:dist\/(?:[\w-]+\/)*[\w.-]+\.(?:js|d\.ts|json)|README\.md|LICENSE|package\.json)$/u;
  const strange = entries.filter((entry) => !allowed.test(entry) || entry.includes('tsconfig'));
  if (strange.length > 0) throw new PackError(`This does not belong into the package: ${strange.join(', ')}.`);
}
