import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CommandList, commandListsFor, type CommandMenuEntry } from './command-lists';
import { ManifestError } from './errors';
import { fillPlaceholders } from './fill';
import { asObject, checkAgainstSchema, commandLimits, type JsonObject, readTeamsSchema } from './schema';
import { type PackageSettings } from './settings';
import { type ArchiveFile, zipOf } from './zip';

/** What a Teams app package is made of. */
export interface TeamsAppParts {
  /** The folder of manifest.json and the icons. */
  readonly folder: string;
  readonly values: PackageSettings['values'];
  readonly webApplicationInfo?: PackageSettings['webApplicationInfo'];
  readonly menu: readonly CommandMenuEntry[];
}

/** A finished package. */
export interface TeamsApp {
  readonly manifest: JsonObject;
  readonly commandLists: readonly CommandList[];
  readonly archive: Buffer;
}

/**
 * Fills the manifest, adds the command lists, holds it against the official schema and packs it with its icons.
 *
 * @throws ManifestError when something is missing, unknown or does not fit.
 */
export async function makeTeamsApp({ folder, values, webApplicationInfo, menu }: TeamsAppParts): Promise<TeamsApp> {
  const template = asObject(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const schema = readTeamsSchema(template.manifestVersion);
  const commandLists = commandListsFor(menu, commandLimits(schema));
  const filled = withCommandLists(asObject(fillPlaceholders(template, values)), commandLists);
  const manifest = webApplicationInfo === undefined ? filled : { ...filled, webApplicationInfo };
  await checkAgainstSchema(manifest, schema);
  const manifestFile = { name: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) };
  const archive = await zipOf([manifestFile, ...(await iconsOf(manifest, folder))]);
  return { manifest, commandLists, archive };
}

function withCommandLists(manifest: JsonObject, commandLists: readonly CommandList[]): JsonObject {
  const bots: unknown = manifest.bots;
  if (!Array.isArray(bots) || bots.length !== 1) {
    throw new ManifestError('SchemaViolated', 'manifest.json must declare exactly one bot.');
  }
  return { ...manifest, bots: [{ ...asObject(bots[0]), commandLists }] };
}

async function iconsOf(manifest: JsonObject, folder: string): Promise<ArchiveFile[]> {
  const names = Object.values(asObject(manifest.icons)).filter((name) => typeof name === 'string');
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })));
}
