/**
 * `npm run package`: makes build/confer-teams-app.zip, the file an administrator uploads to Teams.
 * The settings come from the environment and from .env when it exists.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { commands } from '../src/commands';

import { ManifestError } from './manifest/errors';
import { menuOf } from './manifest/menu';
import { asObject } from './manifest/schema';
import { readPackageSettings } from './manifest/settings';
import { makeTeamsApp, type TeamsApp } from './manifest/teams-app';

const root = join(__dirname, '..');
const target = join(root, 'build', 'confer-teams-app.zip');

async function main(): Promise<void> {
  const envFile = join(root, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const program = asObject(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const settings = readPackageSettings(process.env, String(program.version));
  const { values, webApplicationInfo } = settings;
  const parts = { folder: join(root, 'manifest'), values, webApplicationInfo, menu: menuOf(commands) };
  const app = await makeTeamsApp(parts);
  await mkdir(join(root, 'build'), { recursive: true });
  await writeFile(target, app.archive);
  for (const line of [...summaryOf(app), ...settings.notes.map((note) => `Note: ${note}`)]) console.log(line);
  console.log(`Wrote ${relative(process.cwd(), target)}: upload it in the Teams admin center, or in Teams under Apps.`);
}

function summaryOf({ manifest, commandLists }: TeamsApp): string[] {
  const counts = commandLists.map((list) => `${list.scopes.join(', ')} ${String(list.commands.length)}`);
  const domains: unknown = manifest.validDomains;
  return [
    `Teams app ${String(manifest.id)}, version ${String(manifest.version)}, fits schema ${String(manifest.manifestVersion)}.`,
    `Commands in the menu: ${counts.join('; ')}.`,
    `Sign-in: ${manifest.webApplicationInfo === undefined ? 'none (MICROSOFT_APP_OAUTH_CONNECTION)' : String(asObject(manifest.webApplicationInfo).resource)}.`,
    `Valid domains: ${Array.isArray(domains) && domains.length > 0 ? domains.join(', ') : 'none'}.`,
  ];
}

/** What went wrong in one sentence, unless it is a mistake in this program: then where it happened. */
function told(error: unknown): unknown {
  if (error instanceof ManifestError) return error.message;
  const isSystemError = error instanceof Error && 'syscall' in error;
  return isSystemError ? `The package could not be written: ${error.message}.` : error;
}

main().catch((error: unknown) => {
  console.error(told(error));
  process.exitCode = 1;
});
