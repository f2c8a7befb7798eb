import { type CommandMenuEntry, type MenuScope } from './command-lists';

/** What the menu needs to know of a command of the registry. */
export interface RegisteredCommand {
  readonly name: string;
  /** The places in whose menu it is listed; none keeps it out, and it still works when typed. */
  readonly menus: readonly MenuScope[];
  readonly summary: (locale: string) => { readonly description: string };
}

/** The language of manifest.json itself; others would come from localisation files beside it. */
const MENU_LOCALE = 'en';

/** The command menu of the Teams app, in the order of the registry. */
export function menuOf(commands: readonly RegisteredCommand[]): readonly CommandMenuEntry[] {
  return commands.map(({ name, menus, summary }) => ({
    title: name,
    description: summary(MENU_LOCALE).description,
    scopes: menus,
  }));
}
