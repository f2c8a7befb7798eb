import { h } from '../dom.js';
import { icon } from '../icons.js';

import { personaMenu } from './persona-menu.js';

/**
 * The bar at the top: name, search over the chats, who speaks.
 *
 * @param {import('../store.js').Store} store
 * @param {(words: string) => void} onSearch
 */
export function titleBar(store, onSearch) {
  const search = h('input', {
    type: 'search',
    placeholder: 'Search chats',
    'aria-label': 'Search chats',
    'data-testid': 'search',
    input: () => onSearch(search.value),
  });
  return h(
    'header',
    { class: 'title-bar' },
    h('span', { class: 'brand' }, h('img', { src: '/page/icon.svg', alt: '' }), h('span', {}, 'Local Teams')),
    h('label', { class: 'search' }, icon('search'), search),
    personaMenu(store),
  );
}
