import { type CommandMenuEntry, type MenuScope } from './command-lists';

/** What the menu needs to know of a command of the registry. */
export interface RegisteredCommand {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly MenuScope[];
  /** `false` keeps a command out of the menu; it still works when typed. */
  readonly menu?: boolean;
}

/** The command menu of the Teams app, in the order of the registry. */
export function menuOf(commands: readonly RegisteredCommand[]): readonly CommandMenuEntry[] {
  return commands
    .filter((command) => command.menu !== false)
    .map(({ name, description, scopes }) => ({ title: name, description, scopes }));
}
