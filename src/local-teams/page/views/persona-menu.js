import { h } from '../dom.js';
import { icon } from '../icons.js';

import { avatar } from './avatar.js';

/**
 * The button at the top right that says who is speaking, with a menu to speak as somebody else.
 *
 * @param {import('../store.js').Store} store
 */
export function personaMenu(store) {
  const button = h('button', {
    class: 'persona',
    type: 'button',
    'data-testid': 'persona',
    'aria-haspopup': 'menu',
    'aria-expanded': 'false',
    click: () => setOpen(menu.hidden !== false),
  });
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': 'Speak as', hidden: true });
  const root = h('div', { class: 'persona-root' }, button, menu);

  const items = () => store.world.people.map((person) => personItem(store, person, () => choose(person)));

  /** @param {boolean} open */
  function setOpen(open) {
    if (open) menu.replaceChildren(h('p', { class: 'menu-title' }, 'Speak as'), ...items());
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) /** @type {HTMLElement | null} */ (menu.querySelector('[aria-checked=true]'))?.focus();
  }

  /** @param {import('../types.js').Person} person */
  function choose(person) {
    setOpen(false);
    button.focus();
    if (person !== store.persona) store.speakAs(person);
  }

  function show() {
    const { name } = store.persona;
    button.setAttribute('aria-label', `Speaking as ${name}. Change`);
    button.replaceChildren(h('span', { class: 'persona-name' }, name), avatar(name), icon('chevron'));
  }

  root.addEventListener('focusout', (event) => {
    const next = /** @type {Node | null} */ (event.relatedTarget);
    if (next !== null && !root.contains(next)) setOpen(false);
  });
  document.addEventListener('pointerdown', (event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) setOpen(false);
  });
  root.addEventListener('keydown', (event) => {
    if (menu.hidden) return;
    if (event.key === 'Escape') {
      setOpen(false);
      button.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveFocus(menu, event.key === 'ArrowDown' ? 1 : -1);
    }
  });
  store.on('persona', show);
  show();
  return root;
}

/**
 * @param {import('../store.js').Store} store
 * @param {import('../types.js').Person} person
 * @param {() => void} click
 */
function personItem(store, person, click) {
  const isCurrent = person === store.persona;
  const unread = isCurrent ? 0 : store.unreadCount(person);
  return h(
    'button',
    {
      class: 'menu-item',
      type: 'button',
      role: 'menuitemradio',
      'aria-checked': String(isCurrent),
      'data-testid': `persona-${person.key}`,
      click,
    },
    avatar(person.name),
    h('span', { class: 'menu-text' }, h('strong', {}, person.name), h('small', {}, person.jobTitle)),
    unread > 0 && h('span', { class: 'count', 'aria-label': `${unread} unread` }, String(unread)),
    isCurrent && icon('check'),
  );
}

/**
 * @param {HTMLElement} menu
 * @param {1 | -1} step
 */
function moveFocus(menu, step) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('.menu-item')]);
  const index = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  items.at((index + step + items.length) % items.length)?.focus();
}
