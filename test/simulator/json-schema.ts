/** The part of JSON Schema that the simulator's schema uses; anything else in a schema is refused, not skipped. */
const keywords: Readonly<Record<string, (limit: never, value: unknown, schema: Schema) => boolean>> = {
  type: (type: string, value) => isOfType(type, value),
  enum: (allowed: readonly unknown[], value) => allowed.includes(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  format: (format: string, value) => format === 'regex' && (typeof value !== 'string' || isExpression(value)),
  items: (items: Schema, value) => !Array.isArray(value) || value.every((entry) => accepts(items, entry)),
  required: (names: readonly string[], value) => !isRecord(value) || names.every((name) => Object.hasOwn(value, name)),
  properties: (properties: Readonly<Record<string, Schema>>, value) =>
    !isRecord(value) ||
    Object.entries(properties).every(([name, schema]) => !Object.hasOwn(value, name) || accepts(schema, value[name])),
  additionalProperties: (others: Schema | false, value, { properties = {} }) =>
    !isRecord(value) ||
    Object.entries(value).every(
      ([name, entry]) => Object.hasOwn(properties, name) || (others !== false && accepts(others, entry)),
    ),
};

const ANNOTATIONS = new Set(['$schema', 'title', 'description', 'default']);

/** A JSON Schema, as far as this checker knows it. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Whether a schema accepts a value; a small reading of the standard of its own, to hold the decoder against. */
export function accepts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, limit]) => {
    if (ANNOTATIONS.has(keyword)) return true;
    const check = keywords[keyword];
    if (check === undefined) throw new TypeError(`this checker does not know "${keyword}"`);
    return check(limit as never, value, schema);
  });
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      throw new TypeError(`this checker does not know the type "${type}"`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
