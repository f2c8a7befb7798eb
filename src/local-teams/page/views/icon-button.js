import { h } from '../dom.js';
import { icon } from '../icons.js';

/**
 * A button that shows a picture only; `label` is its name and its tooltip.
 *
 * @param {Parameters<typeof icon>[0]} picture
 * @param {string} label
 * @param {() => void} click
 */
export function iconButton(picture, label, click) {
  return h('button', { class: 'icon-button', type: 'button', title: label, 'aria-label': label, click }, icon(picture));
}
