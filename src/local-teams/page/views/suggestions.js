import { h } from '../dom.js';

import { avatar } from './avatar.js';

/**
 * @typedef {object} Suggestion
 * @property {string} insert what takes the place of the typed part
 * @property {string} title
 * @property {string} detail
 * @property {'person' | 'bot' | undefined} [shape]
 */

let popups = 0;

/**
 * The list over a composer: people after `@`, commands after `/`. The text box keeps the focus.
 *
 * @param {HTMLTextAreaElement} box
 * @param {(suggestion: Suggestion) => void} onPick
 */
export function suggestionPopup(box, onPick) {
  popups += 1;
  const id = `suggestions-${popups}`;
  const list = h('ul', {
    class: 'suggestions',
    id,
    role: 'listbox',
    'aria-label': 'Suggestions',
    hidden: true,
    'data-testid': 'suggestions',
  });
  /** @type {readonly Suggestion[]} */
  let items = [];
  let active = 0;
  box.setAttribute('aria-controls', id);
  box.setAttribute('aria-autocomplete', 'list');

  function render() {
    list.hidden = items.length === 0;
    list.replaceChildren(...items.map(option));
    const current = list.children[active];
    if (current === undefined) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', current.id);
    current?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {Suggestion} suggestion
   * @param {number} index
   */
  function option(suggestion, index) {
    return h(
      'li',
      {
        id: `${id}-${index}`,
        role: 'option',
        'aria-selected': String(index === active),
        'data-testid': 'suggestion',
        // pointerdown and not click, so that the text box never loses the focus
        pointerdown: (/** @type {PointerEvent} */ event) => {
          event.preventDefault();
          onPick(suggestion);
        },
      },
      suggestion.shape !== undefined && avatar(suggestion.title, suggestion.shape),
      h('span', { class: 'menu-text' }, h('strong', {}, suggestion.title), h('small', {}, suggestion.detail)),
    );
  }

  return {
    element: list,
    /** @param {readonly Suggestion[]} next */
    offer(next) {
      items = next;
      active = 0;
      render();
    },
    /** True when the key was for the list. @param {KeyboardEvent} event */
    handleKey(event) {
      const picked = items[active];
      if (picked === undefined) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        active = (active + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length;
        render();
      } else if (event.key === 'Enter' || event.key === 'Tab') onPick(picked);
      else if (event.key === 'Escape') this.offer([]);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
