import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compiler, type Packed, repository } from './build';
import { PackError } from './errors';
import { npm, type Outcome, outcomeOf, run } from './run';

/** How the proof of a package goes about it. */
export interface ProofSetting {
  readonly signal: AbortSignal;
  /** Called with each thing that has been shown. */
  readonly tell: (line: string) => void;
}

/** A project of somebody else: a folder outside the repository with nothing in it but what is installed. */
export class EmptyProject {
  readonly folder: string;
  private readonly signal: AbortSignal;

  private constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.signal = signal;
  }

  /** Makes a project, lets `work` use it, and removes it whatever happens. */
  static async during(signal: AbortSignal, work: (project: EmptyProject) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'empty-project-'));
    try {
      await writeFile(join(folder, 'package.json'), '{ "name": "empty-project", "private": true }\n');
      await work(new EmptyProject(folder, signal));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Installs a packed file.
   *
   * @throws PackError when a dependency is there in another version than the one named.
   */
  async install(packed: Packed): Promise<void> {
    await npm(['install', packed.file], { cwd: this.folder, signal: this.signal });
    for (const [name, version] of Object.entries(packed.dependencies)) {
      const installed = await this.installedVersion(name);
      if (installed !== version) throw new PackError(`${name} is ${installed} instead of ${version}.`);
    }
  }

  /** Installs the types of Node, in the version of this repository; TypeScript itself is run from there. */
  async installNodeTypes(): Promise<void> {
    const { devDependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const version = devDependencies['@types/node'] ?? 'latest';
    await npm(['install', '--save-dev', `@types/node@${version}`], { cwd: this.folder, signal: this.signal });
  }

  /** Whether a package came along. */
  has(name: string): boolean {
    return existsSync(join(this.folder, 'node_modules', name));
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  /** Runs a file, or any arguments, with Node; returns what was printed. */
  async node(...args: string[]): Promise<string> {
    return run(process.execPath, args, { cwd: this.folder, signal: this.signal });
  }

  /** Runs a command that a package brought, the way people do. */
  async npx(command: string, ...args: string[]): Promise<string> {
    return npm(['exec', '--offline', '--', command, ...args], { cwd: this.folder, signal: this.signal });
  }

  /** Checks a file as strictly as TypeScript can. */
  async typeCheck(file: string): Promise<Outcome> {
    const options = ['--strict', '--noEmit', '--module', 'node16', '--target', 'es2022', '--types', 'node'];
    const args = [compiler, ...options, '--ignoreConfig', file];
    return outcomeOf(process.execPath, args, { cwd: this.folder, signal: this.signal });
  }

  private async installedVersion(name: string): Promise<string> {
    const manifest = await readFile(join(this.folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  }
}
