import type { Command } from '../commands';

/** A typed command: which one, and the words after it. */
export interface Routed {
  readonly command: Command;
  readonly args: string;
}

/** Finds the command in the first typed word: with or without `/`, in any letter case. Undefined when it is none. */
export function routeWords(words: string, commands: readonly Command[]): Routed | undefined {
  const match = /^\/?\s*(\S+)\s*([\s\S]*)$/u.exec(words.trim());
  const first = (match?.[1] ?? '').toLowerCase().replace(/^(\p{L}+)[,.:!]+$/u, '$1');
  const command = commands.find(({ name, aliases }) => name === first || aliases.includes(first));
  return command === undefined ? undefined : { command, args: match?.[2] ?? '' };
}
