import { summaryOf } from '../content/plain-text.js';
import { h } from '../dom.js';

import { iconButton } from './icon-button.js';

/** @typedef {import('../types.js').Message} Message */

/**
 * The message that is being replied to, above the text.
 *
 * @param {HTMLElement} place
 * @param {() => void} onChange
 */
export function quoteBar(place, onChange) {
  /** @type {Message | undefined} */
  let quoted;

  /** @param {Message | undefined} message */
  function show(message) {
    quoted = message;
    place.replaceChildren(...(message === undefined ? [] : [bar(message)]));
    onChange();
  }

  /** @param {Message} message */
  function bar(message) {
    return h(
      'div',
      { class: 'quote quote-draft', 'data-testid': 'quote-draft' },
      h('span', { class: 'quote-text' }, h('strong', {}, message.from.name), h('span', {}, summaryOf(message))),
      iconButton('close', 'Do not reply to this message', () => show(undefined)),
    );
  }

  return {
    show,
    /** The id of the quoted message, which is then forgotten. */
    take() {
      const id = quoted?.id;
      if (quoted !== undefined) show(undefined);
      return id;
    },
  };
}
