import { ManifestError } from './errors';

/** What may stand for a placeholder: a text, or several texts where the placeholder is an item of a list. */
export type PlaceholderValues = Readonly<Record<string, string | readonly string[]>>;

const PLACEHOLDER = /\$\{\{(\w+)\}\}/g;
const ONLY_PLACEHOLDER = /^\$\{\{(\w+)\}\}$/;

/**
 * Replaces every `${{NAME}}` in a JSON value. A list item that is nothing but the placeholder of a list value becomes
 * as many items as the value has, also none.
 *
 * @throws ManifestError for a placeholder that has no value.
 */
export function fillPlaceholders(template: unknown, values: PlaceholderValues): unknown {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.flatMap((item: unknown) => fillItem(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillPlaceholders(value, values)]));
}

function fillItem(item: unknown, values: PlaceholderValues): readonly unknown[] {
  const name = typeof item === 'string' ? ONLY_PLACEHOLDER.exec(item)?.[1] : undefined;
  const value = name === undefined ? undefined : values[name];
  return Array.isArray(value) ? value : [fillPlaceholders(item, values)];
}

function fillText(text: string, values: PlaceholderValues): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = values[name];
    if (typeof value === 'string') return value;
    throw new ManifestError(
      'PlaceholderUnknown',
      `manifest.json holds ${placeholder}, which has no text to put there.`,
    );
  });
}
