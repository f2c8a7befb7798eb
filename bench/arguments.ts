import { parseArgs } from 'node:util';

/** A command line that cannot be followed; the message is the one sentence to print. */
export class UsageError extends Error {}

/**
 * Reads `--name 5` for every name of `defaults`.
 *
 * @throws UsageError for an unknown name, and for what is no number above 0.
 */
export function readNumbers<T extends Readonly<Record<string, number>>>(args: readonly string[], defaults: T): T {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]));
  const given = Object.entries(parse(args, options)).map(([name, text]) => [name, readNumber(name, text)] as const);
  return { ...defaults, ...Object.fromEntries(given) };
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'string' }>,
): Record<string, string | undefined> {
  try {
    return { ...parseArgs({ args: [...args], options }).values };
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name} N`);
    const known = names.length === 0 ? 'there are no options' : `the options are ${names.join(', ')}`;
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${known}.`);
  }
}

function readNumber(name: string, text = ''): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new UsageError(`--${name} must be a number above 0, got "${text}".`);
  return value;
}
