/** A JSON object of unknown content. */
export type JsonObject = Record<string, unknown>;

/** True for JSON objects; false for arrays, null and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `key`, or an empty one. */
export function objectAt(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The text at `key`, or undefined when there is none or it is empty. */
export function textAt(value: unknown, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The finite number at `key`, or undefined. */
export function numberAt(value: unknown, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The array at `key`, or an empty one. */
export function arrayAt(value: unknown, key: string): readonly unknown[] {
  const found: unknown = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
