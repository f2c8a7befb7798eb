import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { surroundings } from '../support/running-confer';

const run = promisify(execFile);

/** What the package of the tests runs when it is installed, if npm lets it. */
const SCRIPT = "node -e \"require('node:fs').writeFileSync('installed.txt', '')\"";

describe('packages', () => {
  it('A-42: are locked with what they have to hold, each of them', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { integrity?: string; link?: boolean; inBundle?: boolean }>;
    };
    const unlocked = Object.entries(packages)
      .filter(([name, { inBundle }]) => name !== '' && inBundle !== true)
      .filter(([, { integrity = '', link }]) => link === true || !/^sha512-[\w+/]{86}==$/u.test(integrity));

    assert.ok(Object.keys(packages).length > 100);
    assert.deepEqual(unlocked, []);
  });

  it('A-42: have the very versions that package.json names', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;

    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/u, name);
    }
  });

  describe('in a project of their own, with the settings of this one', function () {
    this.timeout(120_000);

    let folder: string;
    let project: string;

    const npm = async (...args: string[]): Promise<string> => {
      const env = { ...surroundings(), HOME: folder, npm_config_userconfig: path.join(folder, 'none') };
      // A cache of its own for each call: what is kept from before must not stand in for what is there now.
      const cache = await mkdtemp(path.join(folder, 'cache-'));
      const all = [...args, '--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--cache', cache];
      return (await run('npm', all, { cwd: project, env })).stdout;
    };

    /** Packs the package anew, with this in it, to where the project takes it from. */
    const pack = async (content: string): Promise<void> => {
      const source = path.join(folder, 'left');
      await mkdir(source, { recursive: true });
      const manifest = { name: 'left', version: '1.0.0', main: 'index.js', scripts: { postinstall: SCRIPT } };
      await writeFile(path.join(source, 'package.json'), JSON.stringify(manifest));
      await writeFile(path.join(source, 'index.js'), content);
      await npm('pack', source, '--pack-destination', project);
    };

    const depend = async (dependencies: object): Promise<void> => {
      await writeFile(
        path.join(project, 'package.json'),
        JSON.stringify({ name: 'x', version: '1.0.0', dependencies }),
      );
    };

    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'confer-packages-'));
      project = path.join(folder, 'project');
      await mkdir(project);
      await copyFile('.npmrc', path.join(project, '.npmrc'));
      await pack('exports.honest = true;');
      await depend({ left: 'file:left-1.0.0.tgz' });
      await npm('install', '--package-lock-only');
    });

    afterEach(async () => {
      await rm(folder, { recursive: true });
    });

    it('A-42: run no script when they are installed', async () => {
      await npm('ci');

      assert.ok(existsSync(path.join(project, 'node_modules/left/index.js')));
      assert.ok(!existsSync(path.join(project, 'node_modules/left/installed.txt')));
    });

    it('A-42: are not installed when they have changed since they were locked', async () => {
      await pack('exports.honest = false;');

      await assert.rejects(npm('ci'), /EINTEGRITY/u);

      assert.ok(!existsSync(path.join(project, 'node_modules/left/index.js')));
    });

    it('A-42: are not installed when nobody locked them', async () => {
      await depend({ left: 'file:left-1.0.0.tgz', leftt: 'file:left-1.0.0.tgz' });

      await assert.rejects(npm('ci'), /in sync|EUSAGE/u);
    });
  });
});
