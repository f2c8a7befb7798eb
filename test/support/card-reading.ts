import assert from 'node:assert/strict';

import type { CardJson } from '../../src/cards';

/** One JSON object inside a card, and the property it hangs on. */
export interface CardNode {
  readonly node: Readonly<Record<string, unknown>>;
  readonly under: string;
}

/** Every JSON object of a card, the card itself first. */
export function nodesOf(card: unknown, under = ''): CardNode[] {
  if (Array.isArray(card)) return card.flatMap((entry) => nodesOf(entry, under));
  if (!isRecord(card)) return [];
  return [{ node: card, under }, ...Object.entries(card).flatMap(([name, value]) => nodesOf(value, name))];
}

/** Everything of one type, e.g. `Input.Text`. */
export function ofType(card: CardJson, type: string): Readonly<Record<string, unknown>>[] {
  return nodesOf(card)
    .map(({ node }) => node)
    .filter((node) => node.type === type);
}

/** Every text a reader sees, in order, without the titles of buttons. */
export function wordsIn(card: CardJson): string[] {
  return nodesOf(card).flatMap(({ node }) =>
    ['TextBlock', 'TextRun'].includes(String(node.type)) && typeof node.text === 'string' ? [node.text] : [],
  );
}

/** All words of a card on one line, for a regular expression. */
export function allWords(card: CardJson): string {
  return wordsIn(card).join(' | ');
}

/** Buttons as a reader sees them; what stands behind a fallback is left out. */
export function buttonsOf(card: CardJson): Readonly<Record<string, unknown>>[] {
  return nodesOf(card)
    .filter(({ node, under }) => String(node.type).startsWith('Action.') && under !== 'fallback')
    .map(({ node }) => node);
}

/** Titles of the buttons at the foot of the card. */
export function titlesOf(card: CardJson): string[] {
  const actions: readonly unknown[] = Array.isArray(card.actions) ? card.actions : [];
  return actions.filter(isRecord).map(({ title }) => String(title));
}

/** What the inputs of a card hold when nobody has touched them. */
export function inputsOf(card: CardJson): Record<string, string> {
  const inputs = nodesOf(card).filter(({ node }) => String(node.type).startsWith('Input.'));
  return Object.fromEntries(
    inputs.map(({ node }) => [String(node.id), typeof node.value === 'string' ? node.value : '']),
  );
}

/** The choices a drop-down offers. */
export function choicesOf(card: CardJson, id: string): string[] {
  const input = nodesOf(card).find(({ node }) => node.id === id)?.node;
  const choices: readonly unknown[] = Array.isArray(input?.choices) ? input.choices : [];
  return choices.filter(isRecord).map(({ value }) => String(value));
}

/** The button with this title, or with this verb. */
export function buttonOf(card: CardJson, wanted: string): Readonly<Record<string, unknown>> {
  const buttons = buttonsOf(card);
  const atTheFoot: readonly unknown[] = Array.isArray(card.actions) ? card.actions : [];
  const found =
    atTheFoot.filter(isRecord).find(({ title }) => title === wanted) ??
    buttons.find(({ title, verb }) => title === wanted || verb === wanted);
  assert.ok(found, `no button "${wanted}" among ${buttons.map(({ title }) => String(title)).join(', ')}`);
  return found;
}

/** A JSON object, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
