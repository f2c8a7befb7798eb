import { ManifestError } from './errors';
import { type CommandLimits } from './schema';

/** Where a command can be used, in the words of the manifest, in the order of its lists. */
export const MENU_SCOPES = ['personal', 'team', 'groupChat'] as const;

/** A place where a command can be used. */
export type MenuScope = (typeof MENU_SCOPES)[number];

/** One line of the command menu that Teams shows while a person writes to the bot. */
export interface CommandMenuEntry {
  readonly title: string;
  readonly description: string;
  readonly scopes: readonly MenuScope[];
}

/** One `commandLists` item of the manifest. */
export interface CommandList {
  readonly scopes: readonly MenuScope[];
  readonly commands: readonly { readonly title: string; readonly description: string }[];
}

/**
 * Makes one command list for each scope, as the manifest asks for, in the order of the entries.
 *
 * @throws ManifestError when a list or a text is longer than Teams allows.
 */
export function commandListsFor(entries: readonly CommandMenuEntry[], limits: CommandLimits): readonly CommandList[] {
  for (const entry of entries) {
    checkLength(entry, 'title', limits.titleLength);
    checkLength(entry, 'description', limits.descriptionLength);
  }
  return MENU_SCOPES.map((scope) => listFor(scope, entries, limits)).filter((list) => list.commands.length > 0);
}

function listFor(scope: MenuScope, entries: readonly CommandMenuEntry[], limits: CommandLimits): CommandList {
  const commands = entries
    .filter((entry) => entry.scopes.includes(scope))
    .map(({ title, description }) => ({ title, description }));
  if (commands.length <= limits.commandsPerList) return { scopes: [scope], commands };
  throw new ManifestError(
    'CommandsTooMany',
    `The command menu for ${scope} has ${String(commands.length)} commands, but Teams shows at most ${String(limits.commandsPerList)}: take some out of the menu.`,
  );
}

function checkLength(entry: CommandMenuEntry, part: 'title' | 'description', most: number): void {
  const { length } = entry[part];
  if (length > 0 && length <= most) return;
  const found = length === 0 ? 'is empty' : `has ${String(length)} characters, but Teams takes at most ${String(most)}`;
  throw new ManifestError('SchemaViolated', `The ${part} of the command "${entry.title.slice(0, 40)}" ${found}.`);
}
