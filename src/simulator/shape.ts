/** A JSON Schema (draft 2020-12), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One thing that is wrong with a value. */
export interface ShapeProblem {
  /** Where: `people[2].password`; empty for the value itself. */
  readonly path: string;
  /** The rest of the sentence: `must be a text, not 5`. */
  readonly says: string;
}

/**
 * What a piece of JSON from outside has to look like: checked by `problems`, told to editors by `schema`. Both are made
 * from one description, so they cannot drift apart.
 */
export interface Shape<out T> {
  readonly schema: JsonSchema;
  readonly problems: (value: unknown, path: string) => readonly ShapeProblem[];
  /** Never set; it carries the type. */
  readonly holds?: T;
}

/** The type of the values that a shape lets through. */
export type Held<S> = S extends Shape<infer T> ? T : never;

/** A value that has its shape, or every sentence about why not. */
export type Reading<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** Reads a value as a shape describes it. */
export function readAs<T>(shape: Shape<T>, value: unknown): Reading<T> {
  const problems = shape.problems(value, '');
  // The shape has just looked at every part of it.
  return problems.length === 0
    ? { kind: 'value', value: value as T }
    : { kind: 'wrong', problems: problems.map(sentence) };
}

/** A problem as one sentence. */
export function sentence({ path, says }: ShapeProblem): string {
  return `${path === '' ? 'It' : path} ${says}.`;
}

/** The same shape with words for whoever edits such a file. */
export function about<T>(description: string, shape: Shape<T>): Shape<T> {
  return { ...shape, schema: { ...shape.schema, description } };
}

/** Any text. */
export function text(): Shape<string> {
  return simple('a text', { type: 'string' }, isText);
}

/** A text that matches; `says` names such texts: `a meeting ID of eight letters and digits`. */
export function textLike(pattern: string, says: string): Shape<string> {
  const expression = new RegExp(pattern, 'u');
  return simple(says, { type: 'string', pattern }, (value) => isText(value) && expression.test(value));
}

/** The text of a regular expression. */
export function regularExpression(): Shape<string> {
  return simple('a regular expression', { type: 'string', format: 'regex' }, isExpression);
}

/** One of a few values. */
export function choice<const T extends string | number>(values: readonly T[]): Shape<T> {
  const says = values.map((value) => JSON.stringify(value)).join(' or ');
  return simple(says, { enum: values }, (value) => values.some((allowed) => allowed === value));
}

/** True or false. */
export function flag(): Shape<boolean> {
  return simple('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean');
}

/** A number from `minimum` on; `whole` ones have no fraction. */
export function number(limits: {
  readonly minimum: number;
  readonly maximum?: number;
  readonly whole?: boolean;
}): Shape<number> {
  const { minimum, maximum = Infinity, whole = false } = limits;
  const noun = whole ? 'a whole number' : 'a number';
  const says =
    maximum === Infinity
      ? `${noun} of at least ${String(minimum)}`
      : `${noun} from ${String(minimum)} to ${String(maximum)}`;
  const schema = { type: whole ? 'integer' : 'number', minimum, ...(maximum !== Infinity && { maximum }) };
  return simple(says, schema, (value) => isNumber(value, whole) && value >= minimum && value <= maximum);
}

/** A list of values of one shape. */
export function list<T>(item: Shape<T>, atLeast = 0): Shape<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, ...(atLeast > 0 && { minItems: atLeast }) },
    problems: (value, path) => {
      if (!Array.isArray(value)) return [mismatch(path, 'a list', value)];
      if (value.length < atLeast) return [{ path, says: `needs at least ${String(atLeast)} of them` }];
      return value.flatMap((entry, index) => item.problems(entry, `${path}[${String(index)}]`));
    },
  };
}

/** An object whose names are free and whose values have one shape. */
export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    schema: { type: 'object', additionalProperties: item.schema },
    problems: (value, path) => {
      if (!isObject(value)) return [mismatch(path, 'an object', value)];
      return Object.entries(value).flatMap(([name, entry]) => item.problems(entry, join(path, name)));
    },
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** An object with these properties and no others. */
export function object<R extends Fields, O extends Fields>(
  required: R,
  optional: O,
): Shape<{ readonly [K in keyof R]: Held<R[K]> } & { readonly [K in keyof O]?: Held<O[K]> }> {
  const fields: Fields = { ...required, ...optional };
  const schemas = Object.entries(fields).map(([name, { schema }]) => [name, schema] as const);
  const needed = Object.keys(required);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(schemas),
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
    },
    problems: (value, path) => {
      if (!isObject(value)) return [mismatch(path, 'an object', value)];
      const missing = needed.filter((name) => !Object.hasOwn(value, name));
      return [
        ...missing.map((name) => ({ path: join(path, name), says: 'is missing' })),
        ...Object.entries(value).flatMap(([name, entry]) => property(fields, entry, { path, name })),
      ];
    },
  };
}

function property(fields: Fields, value: unknown, place: { path: string; name: string }): readonly ShapeProblem[] {
  const { path, name } = place;
  const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (shape !== undefined) return shape.problems(value, join(path, name));
  return [{ path: join(path, name), says: `is not known here; known are ${Object.keys(fields).join(', ')}` }];
}

function simple<T>(says: string, schema: JsonSchema, allows: (value: unknown) => boolean): Shape<T> {
  return { schema, problems: (value, path) => (allows(value) ? [] : [mismatch(path, says, value)]) };
}

function mismatch(path: string, says: string, value: unknown): ShapeProblem {
  return { path, says: `must be ${says}, not ${shown(value)}` };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const written = JSON.stringify(value) as string | undefined;
  if (written === undefined) return String(value);
  return written.length > 40 ? `${written.slice(0, 37)}…"` : written;
}

function join(path: string, name: string): string {
  if (!/^[$\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown, whole: boolean): value is number {
  return whole ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function isExpression(value: unknown): boolean {
  if (!isText(value)) return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
