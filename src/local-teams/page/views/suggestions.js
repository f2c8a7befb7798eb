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
    list.replaceChildren(
      ...items.map((item, index) =>
        option(item, { id: `${id}-${index}`, isActive: index === active, onPick: () => onPick(item) }),
      ),
    );
    const current = list.children[active];
    if (current === undefined) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', current.id);
    current?.scrollIntoView({ block: 'nearest' });
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

/**
 * @param {Suggestion} suggestion
 * @param {{ id: string, isActive: boolean, onPick: () => void }} state
 */
function option({ title, detail, shape }, { id, isActive, onPick }) {
  return h(
    'li',
    {
      id,
      role: 'option',
      'aria-selected': String(isActive),
      'data-testid': 'suggestion',
      // pointerdown and not click, so that the text box never loses the focus
      pointerdown: (/** @type {PointerEvent} */ event) => {
        event.preventDefault();
        onPick();
      },
    },
    shape !== undefined && avatar(title, shape),
    h('span', { class: 'menu-text' }, h('strong', {}, title), h('small', {}, detail)),
  );
}
