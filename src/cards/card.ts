import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Template } from 'adaptivecards-templating';

/** JSON of an Adaptive Card, ready to be attached to an activity. */
export type CardJson = Readonly<Record<string, unknown>>;

/** An Adaptive Card template bound to the one view model it accepts. */
export interface Card<View extends object> {
  readonly name: string;
  /** Sample used by the tests of all cards and by the card designer. */
  readonly sample: View;
  /** @param locale - BCP 47; chooses the card's own words, e.g. the titles of its buttons. */
  render(view: View, locale: string): CardJson;
}

const CARDS_FOLDER = path.resolve(__dirname, '../../cards');

/**
 * Pairs `cards/<name>.json` with a view model. The template is read and compiled once.
 *
 * In the template `${…}` reads the view and `${$host.…}` the words; every `Action.Execute` gets its `Action.Submit`
 * fallback here, for clients without universal actions.
 */
export function defineCard<View extends object>(
  name: string,
  parts: { words: (locale: string) => object; sample: View },
): Card<View> {
  const template = new Template(JSON.parse(readFileSync(path.join(CARDS_FOLDER, `${name}.json`), 'utf8')));
  return {
    name,
    sample: parts.sample,
    render: (view, locale) => {
      const expanded: unknown = template.expand({ $root: view, $host: parts.words(locale) });
      return withSubmitFallbacks(expanded) as CardJson;
    },
  };
}

/** Without universal actions a button is an `Action.Submit` whose data names the verb. */
function withSubmitFallbacks(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withSubmitFallbacks);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withSubmitFallbacks(value)]));
  if (copy.type !== 'Action.Execute') return copy;
  const { title, verb } = copy;
  const data = typeof copy.data === 'object' ? copy.data : {};
  const fallback = { type: 'Action.Submit', ...(title === undefined ? {} : { title }), data: { ...data, verb } };
  return { ...copy, data: { ...data, verb }, fallback };
}
