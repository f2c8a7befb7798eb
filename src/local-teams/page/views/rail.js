import { h } from '../dom.js';
import { icon } from '../icons.js';
import { currentTheme, onSystemTheme, toggleTheme } from '../theme.js';

/** @typedef {'all' | 'channels'} Section */

/**
 * The narrow bar at the left edge: all chats, only channels, and the theme.
 *
 * @param {import('../store.js').Store} store
 * @param {(section: Section) => void} onSection
 */
export function rail(store, onSection) {
  /** @type {Section} */
  let current = 'all';
  const badge = h('span', { class: 'count', hidden: true });
  const chats = railButton('chat', 'Chat', () => choose('all'));
  const channels = railButton('team', 'Teams', () => choose('channels'));
  const theme = railButton('moon', 'Dark', () => {
    toggleTheme();
    showTheme();
  });
  theme.dataset['testid'] = 'theme';
  chats.append(badge);

  /** @param {Section} section */
  function choose(section) {
    current = section;
    chats.setAttribute('aria-pressed', String(current === 'all'));
    channels.setAttribute('aria-pressed', String(current === 'channels'));
    onSection(section);
  }

  function showTheme() {
    const isDark = currentTheme() === 'dark';
    theme.replaceChildren(icon(isDark ? 'sun' : 'moon'), h('span', {}, isDark ? 'Light' : 'Dark'));
    theme.setAttribute('aria-label', isDark ? 'Use the light theme' : 'Use the dark theme');
  }

  function showUnread() {
    const count = store.unreadCount(store.persona);
    badge.hidden = count === 0;
    badge.textContent = String(count);
    badge.setAttribute('aria-label', `${count} unread`);
    document.title = count === 0 ? 'Local Teams' : `(${count}) Local Teams`;
  }

  for (const topic of /** @type {const} */ (['messages', 'persona', 'conversation'])) store.on(topic, showUnread);
  onSystemTheme(showTheme);
  showTheme();
  showUnread();
  choose('all');
  return h('nav', { class: 'rail', 'aria-label': 'Sections' }, chats, channels, h('span', { class: 'spring' }), theme);
}

/**
 * @param {Parameters<typeof icon>[0]} picture
 * @param {string} label
 * @param {() => void} click
 */
function railButton(picture, label, click) {
  return h('button', { class: 'rail-button', type: 'button', click }, icon(picture), h('span', {}, label));
}
