import { parseArgs } from 'node:util';

/** A command line that cannot be followed; the message is the one sentence to print. */
export class UsageError extends Error {}

/**
 * Reads `--name 5` for every name of `defaults`.
 *
 * @throws UsageError for an unknown name, and for what is no number above 0.
 */
export function readNumbers<T extends Readonly<Record<string, number>>>(args: readonly string[], defaults: T): T {
  return readOptions(args, { numbers: defaults, texts: [] });
}

/**
 * Reads `--name 5` for every name of `numbers`, and `--name text` for every one of `texts`, which may be missing.
 *
 * @throws UsageError for an unknown name, and for what is no number above 0.
 */
export function readOptions<T extends Readonly<Record<string, number>>, Name extends string>(
  args: readonly string[],
  { numbers, texts }: { readonly numbers: T; readonly texts: readonly Name[] },
): T & Partial<Readonly<Record<Name, string>>> {
  const names = [...Object.keys(numbers), ...texts];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const given = Object.entries(parse(args, options)).map(
    ([name, text]) => [name, Object.hasOwn(numbers, name) ? readNumber(name, text) : text] as const,
  );
  return { ...numbers, ...Object.fromEntries(given) } as T & Partial<Readonly<Record<Name, string>>>;
}

/** One of a few words. @throws UsageError naming them. */
export function readChoice<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw new UsageError(`--${name} must be ${choices.join(' or ')}, got "${text}".`);
  return chosen;
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'string' }>,
): Record<string, string | undefined> {
  try {
    return { ...parseArgs({ args: [...args], options }).values };
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name} …`);
    const known = names.length === 0 ? 'there are no options' : `the options are ${names.join(', ')}`;
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${known}.`);
  }
}

function readNumber(name: string, text = ''): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new UsageError(`--${name} must be a number above 0, got "${text}".`);
  return value;
}
