import type { Command } from '../commands';

/** A typed command: which one, and the words after it. */
export interface Routed {
  readonly command: Command;
  readonly args: string;
}

/**
 * Finds the command in the first typed word: with or without `/`, in any letter case. Undefined when it is none.
 *
 * Other words for a command are words of the language, too: "Meeting tomorrow with Lukas?" asks, and starts nothing.
 */
export function routeWords(words: string, commands: readonly Command[]): Routed | undefined {
  const [, slash, typed = '', args = ''] = /^(\/?)\s*(\S+)\s*([\s\S]*)$/u.exec(words.trim()) ?? [];
  const first = typed.toLowerCase().replace(/^(\p{L}+)[,.:!]+$/u, '$1');
  const isQuestion = slash === '' && /\?\s*$/u.test(args);
  const command = commands.find(({ name, aliases }) => name === first || (!isQuestion && aliases.includes(first)));
  if (command === undefined) return undefined;
  const { shortcuts = {} } = command;
  const meant = Object.hasOwn(shortcuts, first) ? shortcuts[first] : undefined;
  return { command, args: meant === undefined ? args : `${meant} ${args}`.trim() };
}
