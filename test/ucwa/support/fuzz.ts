import * as fc from 'fast-check';

/*
 *   FUZZ_RUNS=100000 npx mocha "test/ucwa/fuzz*.test.ts"              tries more, for as long as it takes
 *   FUZZ_SEED=-123 FUZZ_PATH="4:1:0" npx mocha … -g "…"               plays one failure again
 *
 * A failure prints its seed and path.
 */
const { FUZZ_RUNS: runs, FUZZ_SEED: seed, FUZZ_PATH: path } = process.env;

/** How long one property is tried in an ordinary run, in milliseconds. */
const usualMs = 1_200;

/** For how long mocha has to wait for a property, in milliseconds; 0 is for ever. */
export const patienceMs = runs === undefined ? 20_000 : 0;

const parameters: fc.Parameters<unknown> = {
  ...(runs === undefined
    ? { numRuns: 2_000, plugins: [fc.interruptAfterTimeLimit(usualMs)] }
    : { numRuns: Number(runs) }),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
};

/** Tries a property on what fast-check makes up. @throws when it does not hold, with the smallest case found. */
export function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property, parameters as fc.Parameters<T>);
}

/** The same for properties that wait. */
export async function holdsInTime<T>(property: fc.IAsyncProperty<T>): Promise<void> {
  await fc.assert(property, parameters as fc.Parameters<T>);
}

/** Texts made of these pieces. */
export function textOf(pieces: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));
}

/** What may stand in the place of any value. */
const strangers: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    '',
    {},
    [],
    [[]],
    [null],
    { href: null },
    { href: '\\\\evil.example' },
    -1,
    Number.MAX_VALUE,
    '__proto__',
  ),
);

/** The same value as JSON, with one or several of its parts replaced, dropped or wrapped. */
export function damaged(value: unknown): fc.Arbitrary<string> {
  const count = partsOf(value);
  const damage = fc.record({
    at: fc.nat(Math.max(0, count - 1)),
    how: fc.constantFrom('replace', 'drop', 'wrap', 'double'),
    by: strangers,
  });
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((damages) => {
    const whole = damages.reduce<unknown>((part, { at, how, by }) => change(part, { left: at }, { how, by }), value);
    return whole === undefined ? '' : JSON.stringify(whole);
  });
}

/** The same value as JSON, once for each of its parts and each thing that may stand there instead. */
export function* withOneStranger(value: unknown): Generator<string> {
  for (let at = 0; at < partsOf(value); at += 1) {
    for (const by of [null, 7, 'x', [], [null], {}, true]) {
      yield JSON.stringify(change(value, { left: at }, { how: 'replace', by }));
    }
    yield JSON.stringify(change(value, { left: at }, { how: 'wrap', by: null }));
  }
}

function partsOf(value: unknown): number {
  return typeof value !== 'object' || value === null
    ? 1
    : Object.values(value).reduce<number>((sum, entry) => sum + partsOf(entry), 1);
}

/** Walks depth first and changes the part at which the count is used up. */
function change(value: unknown, counter: { left: number }, damage: { how: string; by: unknown }): unknown {
  counter.left -= 1;
  if (counter.left === -1) {
    if (damage.how === 'drop') return undefined;
    if (damage.how === 'wrap') return [value];
    return damage.how === 'double' ? [value, value] : damage.by;
  }
  if (Array.isArray(value)) return value.map((entry: unknown) => change(entry, counter, damage));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, change(entry, counter, damage)]));
}

/** A text with pieces cut out, doubled, moved or put in. */
export function scratched(text: string, pieces: readonly string[]): fc.Arbitrary<string> {
  const scratch = fc.record({
    from: fc.nat(text.length),
    length: fc.oneof(fc.nat(3), fc.nat(60)),
    how: fc.constantFrom('cut', 'double', 'insert', 'end'),
    piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })),
  });
  return fc.array(scratch, { minLength: 1, maxLength: 4 }).map((scratches) =>
    scratches.reduce((whole, { from, length, how, piece }) => {
      const part = whole.slice(from, from + length);
      const rest = how === 'cut' || how === 'end' ? '' : part;
      const added = how === 'double' ? part : how === 'insert' ? piece : '';
      return whole.slice(0, from) + rest + added + (how === 'end' ? '' : whole.slice(from + length));
    }, text),
  );
}
