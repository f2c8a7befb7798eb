import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { AppManifestUtils, type TeamsManifest } from '@microsoft/app-manifest';

import { ManifestError } from './errors';

/** A JSON object whose shape has not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What Teams takes in the command menu, read from the official schema. Lengths in characters. */
export interface CommandLimits {
  readonly lists: number;
  readonly commandsPerList: number;
  readonly titleLength: number;
  readonly descriptionLength: number;
}

type OfficialSchema = Awaited<ReturnType<typeof AppManifestUtils.fetchSchema>>;

/**
 * The official schema of a manifest version, from the dev dependency that carries it: nothing is fetched.
 *
 * @throws ManifestError when that version is not among the schemas carried.
 */
export function readTeamsSchema(manifestVersion: unknown): JsonObject {
  const folder = join(dirname(require.resolve('@microsoft/app-manifest')), 'json-schemas', 'teams');
  const file = join(folder, `v${String(manifestVersion)}`, 'MicrosoftTeams.schema.json');
  if (typeof manifestVersion === 'string' && /^\d+\.\d+$/.test(manifestVersion) && existsSync(file)) {
    return asObject(JSON.parse(readFileSync(file, 'utf8')));
  }
  throw new ManifestError(
    'SchemaViolated',
    `manifestVersion ${JSON.stringify(manifestVersion)} has no schema in @microsoft/app-manifest: take a version it carries.`,
  );
}

/**
 * Reads how much the command menu may hold.
 *
 * @throws ManifestError when the schema has another shape than known.
 */
export function commandLimits(schema: JsonObject): CommandLimits {
  const lists = at(schema, 'properties/bots/items/properties/commandLists');
  const commands = at(lists, 'items/properties/commands');
  return {
    lists: numberAt(lists, 'maxItems'),
    commandsPerList: numberAt(commands, 'maxItems'),
    titleLength: numberAt(at(commands, 'items/properties/title'), 'maxLength'),
    descriptionLength: numberAt(at(commands, 'items/properties/description'), 'maxLength'),
  };
}

/**
 * Holds a manifest against the official schema.
 *
 * @throws ManifestError with everything that does not fit, in one sentence.
 */
export async function checkAgainstSchema(manifest: JsonObject, schema: JsonObject): Promise<void> {
  // Both are plain JSON: the package types them by its newest version, and the checking is the very point of the call.
  const mistakes = await AppManifestUtils.validateAgainstSchema(
    manifest as unknown as TeamsManifest,
    schema as unknown as OfficialSchema,
  );
  if (mistakes.length === 0) return;
  const told = mistakes.map((mistake) => mistake.replace(/\. Details: /, ' ').trim());
  throw new ManifestError('SchemaViolated', `manifest.json does not fit the Teams schema: ${told.join('; ')}.`);
}

/** Narrows parsed JSON to an object. */
export function asObject(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ManifestError('SchemaViolated', 'A JSON object was expected in the manifest or its schema.');
}

function at(schema: JsonObject, path: string): JsonObject {
  return path.split('/').reduce((node, key) => asObject(node[key]), schema);
}

function numberAt(schema: JsonObject, key: string): number {
  const value = schema[key];
  if (typeof value === 'number') return value;
  throw new ManifestError('SchemaViolated', `The Teams schema has no ${key} where the command menu needs it.`);
}
