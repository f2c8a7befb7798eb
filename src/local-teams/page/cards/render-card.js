import { cardMarkdown } from '../content/markdown.js';
import { h } from '../dom.js';

import { teamsHostConfig } from './host-config.js';
import { withReaderDates } from './reader-dates.js';

/**
 * @typedef {import('adaptivecards').Action} Action
 * @typedef {object} CardOptions
 * @property {import('../time.js').Reader} reader
 * @property {(action: Action, frame: HTMLElement) => void} onAction
 */

/**
 * An Adaptive Card in its frame, or its fallback text when it cannot be shown.
 *
 * @param {unknown} content
 * @param {CardOptions} options
 * @returns {HTMLElement}
 */
export function renderCard(content, { reader, onAction }) {
  const frame = h('div', { class: 'card', 'data-testid': 'card' });
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = cardMarkdown(text);
    result.didProcess = true;
  };
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(teamsHostConfig);
  card.onExecuteAction = (action) => onAction(action, frame);
  const rendered = isCard(content) ? renderSafely(card, withReaderDates(content, reader)) : undefined;
  frame.append(rendered ?? h('p', { class: 'card-broken' }, fallbackTextOf(content)));
  return frame;
}

/**
 * @param {InstanceType<typeof AdaptiveCards.AdaptiveCard>} card
 * @param {unknown} content
 */
function renderSafely(card, content) {
  try {
    card.parse(content);
    return card.render();
  } catch {
    // The library throws on some malformed elements; the rest of the chat must stay readable.
    return undefined;
  }
}

/** @param {unknown} content */
function isCard(content) {
  return /** @type {{ type?: unknown } | null} */ (content)?.type === 'AdaptiveCard';
}

/** @param {unknown} content */
function fallbackTextOf(content) {
  const text = /** @type {{ fallbackText?: unknown } | null} */ (content)?.fallbackText;
  return typeof text === 'string' ? text : 'This card cannot be shown.';
}
