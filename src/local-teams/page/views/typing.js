import { h } from '../dom.js';

/**
 * Three dots while somebody writes.
 *
 * @param {string} name
 */
export function typingDots(name) {
  const dots = h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
  return h('p', { class: 'typing', role: 'status', 'data-testid': 'typing' }, dots, `${name} is typing`);
}
