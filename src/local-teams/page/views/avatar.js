import { h } from '../dom.js';

const hues = 6;

/**
 * A round picture with initials; a square one for teams. Its colour depends on the name alone.
 *
 * @param {string} name
 * @param {'person' | 'bot' | 'group' | 'team'} [shape]
 */
export function avatar(name, shape = 'person') {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '').join('');
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % hues;
  return h('span', { class: `avatar avatar-${shape} hue-${hue}`, 'aria-hidden': 'true' }, initials.toUpperCase());
}
