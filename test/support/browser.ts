import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, posix, win32 } from 'node:path';
import { promisify } from 'node:util';

import { type Browser, chromium } from 'playwright-core';

/** A browser that can be started, with the environment variables it needs besides the ones of this process. */
export interface BrowserChoice {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it comes with what its sandbox needs. */
  readonly sandbox: boolean;
}

/** What the search looks at, so that a test can put another machine in the place of this one. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a file (not a folder) is there. */
  isFile(path: string): boolean;
  /** Unpacks the Chromium of the dev dependency; only called on Linux x64. */
  unpackBundled(): Promise<BrowserChoice>;
}

/** There is no browser to run the tests in. The message says how to get one. */
export class BrowserMissingError extends Error {
  readonly code = 'BrowserMissing';
}

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  win32: ['chrome.exe', 'chromium.exe', 'msedge.exe'],
  other: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'],
};

const MAC_APPLICATIONS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

const LINUX_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
];

/** The flags that keep the browser quiet, offline and free of surprises. */
const QUIET_FLAGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/**
 * Finds the browser for the tests: `CHROME_PATH`, else an installed Chromium, Chrome or Edge (PATH first, then the usual
 * places), else the Chromium inside the dev dependency `@sparticuz/chromium` (Linux x64).
 *
 * @throws BrowserMissingError when there is none, or when `CHROME_PATH` names no file.
 */
export async function findBrowser(machine: Machine = thisMachine()): Promise<BrowserChoice> {
  const chosen = machine.env.CHROME_PATH;
  if (chosen !== undefined && chosen !== '') {
    if (machine.isFile(chosen)) return { executablePath: chosen, env: {}, sandbox: true };
    throw new BrowserMissingError(`CHROME_PATH is "${chosen}", but there is no such file.`);
  }
  const installed = installedBrowsers(machine).find((path) => machine.isFile(path));
  if (installed !== undefined) return { executablePath: installed, env: {}, sandbox: true };
  if (machine.platform === 'linux' && machine.arch === 'x64') return machine.unpackBundled();
  throw new BrowserMissingError(
    'The browser tests need Chromium or Chrome and found none: install one, or set CHROME_PATH to its program file.',
  );
}

/** The program file of the browser that {@link launchBrowser} starts. */
export async function browserPath(): Promise<string> {
  return (await findBrowser()).executablePath;
}

/**
 * Starts the browser headless. The caller closes it.
 *
 * It runs in its sandbox where that is possible: not as root, not in CI, and not on the many machines that do not let
 * ordinary programs make one (containers, some distributions). The tests show it their own pages only.
 *
 * @throws BrowserMissingError when none is found, or when the one found does not start.
 */
export async function launchBrowser(machine: Machine = thisMachine()): Promise<Browser> {
  const choice = await findBrowser(machine);
  const maySandbox = process.getuid?.() !== 0 && (process.env.CI ?? '') === '' && choice.sandbox;
  if (!maySandbox) return launch(choice, false);
  return launch(choice, true).catch(async () => launch(choice, false));
}

async function launch(choice: BrowserChoice, sandbox: boolean): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath: choice.executablePath,
      headless: true,
      chromiumSandbox: sandbox,
      args: QUIET_FLAGS,
      env: definedOnly({ ...process.env, ...choice.env }),
    });
  } catch (error) {
    throw new BrowserMissingError(
      `The browser ${choice.executablePath} did not start; set CHROME_PATH to one that does.`,
      { cause: error },
    );
  }
}

/** Every path worth a look, best first. */
function installedBrowsers(machine: Machine): string[] {
  const paths = machine.platform === 'win32' ? win32 : posix;
  const folders = (machine.env.PATH ?? machine.env.Path ?? '').split(paths.delimiter).filter(Boolean);
  const commands = COMMANDS[machine.platform] ?? COMMANDS.other ?? [];
  const onPath = commands.flatMap((command) => folders.map((folder) => paths.join(folder, command)));
  return [...onPath, ...usualPlaces(machine)];
}

function usualPlaces({ platform, env }: Machine): string[] {
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env.HOME === undefined ? [] : [`${env.HOME}/Applications`])];
    return roots.flatMap((root) => MAC_APPLICATIONS.map((application) => posix.join(root, application)));
  }
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
    return roots
      .filter((root) => root !== undefined)
      .flatMap((root) => WINDOWS_PROGRAMS.map((program) => win32.join(root, program)));
  }
  return LINUX_PLACES;
}

/** The machine the tests run on. */
export function thisMachine(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    env: process.env,
    isFile,
    unpackBundled: async () => unpackBundledChromium(),
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, or in a folder of PATH that this person may not read.
    return false;
  }
}

/**
 * Unpacks `@sparticuz/chromium` once into `node_modules/.cache` and answers with its program and libraries.
 *
 * The package unpacks into the temporary folder and skips what is already there, even if another run is still writing
 * it. So it runs in a child whose temporary folder is a fresh one, which gets its final name only when it is complete.
 * The variable of AWS Lambda makes it unpack its own NSS libraries too, which a bare machine lacks. Its list of font
 * folders is that of AWS Lambda: without any font Chromium ends at the first input, so the list is written anew.
 */
async function unpackBundledChromium(): Promise<BrowserChoice> {
  const packageFolder = bundledPackageFolder();
  const cache = join(packageFolder, '..', '..', '.cache');
  const home = join(cache, `confer-chromium-${versionOf(packageFolder)}-fonts`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    const staging = await mkdtemp(join(cache, 'confer-chromium-unpacking-'));
    const code = "import('@sparticuz/chromium').then(async (chromium) => chromium.default.executablePath())";
    await promisify(execFile)(process.execPath, ['--eval', code], {
      cwd: dirname(packageFolder),
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    });
    await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsConf(join(home, 'fonts')));
    // Another run may have been first: then its copy is as good as this one.
    await rename(staging, home).catch(async (error: unknown) => {
      await rm(staging, { recursive: true, force: true });
      if (!existsSync(home)) throw error;
    });
  }
  const libraries = [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? ''].filter(Boolean);
  return {
    executablePath: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_PATH: join(home, 'fonts') },
    sandbox: false,
  };
}

function fontsConf(folder: string): string {
  const escaped = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${escaped}</dir><cachedir>${escaped}/cache</cachedir></fontconfig>
`;
}

function bundledPackageFolder(): string {
  try {
    return join(dirname(require.resolve('@sparticuz/chromium')), '..', '..');
  } catch (error) {
    throw new BrowserMissingError(
      'The browser tests found no Chromium or Chrome: run `npm ci` with its dev dependencies, or set CHROME_PATH.',
      { cause: error },
    );
  }
}

function versionOf(packageFolder: string): string {
  const decoded: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const version = typeof decoded === 'object' && decoded !== null && 'version' in decoded ? decoded.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
