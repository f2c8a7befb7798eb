import type { CommandSummary } from '../command';

/** A command the person may have meant, ready to run. */
export interface Suggestion {
  readonly command: string;
  readonly args: string;
}

/**
 * Guesses what somebody meant: the first word may be misspelt, or a command may stand later in the sentence.
 *
 * @returns at most three, the likeliest first; none when nothing is near.
 */
export function suggest(typed: string, commands: readonly CommandSummary[]): Suggestion[] {
  if (typed.trim() === '') return [];
  const words = typed.trim().split(/\s+/u).slice(0, 30);
  const [first = ''] = words;
  const near = nearest(first, commands).map((command) => ({ command, args: wordsAfter(typed, 1) }));
  const later = words.slice(1).flatMap((word, index) => {
    const command = commands.find(({ name, aliases }) => [name, ...aliases].includes(word.toLowerCase()));
    return command === undefined ? [] : [{ command: command.name, args: wordsAfter(typed, index + 2) }];
  });
  const seen = new Set<string>();
  return [...near, ...later].filter(({ command }) => !seen.has(command) && seen.add(command).size > 0).slice(0, 3);
}

/** What stands behind the first `count` words, exactly as it was typed. */
function wordsAfter(typed: string, count: number): string {
  let rest = typed.trim();
  for (let word = 0; word < count; word += 1) rest = /\s+([\s\S]*)$/u.exec(rest)?.[1] ?? '';
  return rest;
}

function nearest(word: string, commands: readonly CommandSummary[]): string[] {
  const typed = word.toLowerCase().replace(/^\/+/u, '');
  const ranked = commands
    .map(({ name, aliases }) => ({
      name,
      distance: Math.min(...[name, ...aliases].map((known) => distance(typed, known))),
    }))
    .filter((candidate) => candidate.distance <= tolerance(typed));
  return ranked.sort((left, right) => left.distance - right.distance).map(({ name }) => name);
}

/** Short words need a closer match: two letters away from "new" is almost every word, and "stop" from "show". */
function tolerance(word: string): number {
  if (word.length <= 4) return 1;
  return word.length <= 6 ? 2 : 3;
}

/** Edits needed to turn one word into the other; two neighbours swapped count as one (optimal string alignment). */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 3) return Infinity;
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= left.length; row += 1) {
    const line = [row];
    rows.push(line);
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      line.push(
        Math.min(
          at(row - 1, column) + 1,
          (line[column - 1] ?? Infinity) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(left.length, right.length);
}
