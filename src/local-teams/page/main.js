import { ApiError, call } from './api.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { openEvents } from './live-updates.js';
import { Store } from './store.js';
import { applyTheme } from './theme.js';
import { chatList } from './views/chat-list.js';
import { conversationPane } from './views/conversation.js';
import { rail } from './views/rail.js';
import { titleBar } from './views/title-bar.js';

applyTheme();
const app = /** @type {HTMLElement} */ (document.getElementById('app'));
start().catch((error) => {
  const reason = error instanceof ApiError ? error.message : 'Something went wrong while opening your chats.';
  const again = h('button', { class: 'button', type: 'button', click: () => location.reload() }, 'Try again');
  app.replaceChildren(h('div', { class: 'boot', role: 'alert' }, h('p', {}, reason), again));
});

async function start() {
  const events = await openEvents();
  const store = new Store(await call('GET', '/api/world'));
  const list = chatList(store);
  const bar = titleBar(store, (words) => list.search(words));
  const side = rail(store, (section) => list.filter(section));
  const offline = h(
    'p',
    { class: 'offline', role: 'status', hidden: true, 'data-testid': 'offline' },
    icon('warning'),
    'Connection lost. Trying to reconnect…',
  );
  const pane = h('div', { class: 'pane-place' }, nothingOpen());
  app.replaceChildren(bar, offline, side, list.element, pane);

  /** @type {ReturnType<typeof conversationPane> | undefined} */
  let view;
  const openPane = () => {
    const { open } = store;
    app.classList.toggle('has-open', open !== undefined);
    view = open === undefined ? undefined : conversationPane(store, open);
    pane.replaceChildren(view?.element ?? nothingOpen());
    view?.show();
    // On a phone the keyboard would cover what was just opened.
    if (isWide()) view?.focus();
    history.replaceState(null, '', open === undefined ? location.pathname + location.search : `#${open.key}`);
  };
  store.on('conversation', openPane);
  store.on('persona', () => store.open === undefined && openPane());
  for (const topic of /** @type {const} */ (['messages', 'typing'])) store.on(topic, () => view?.show());
  store.on('connection', () => {
    offline.hidden = store.connected;
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && store.open !== undefined) store.markSeen(store.open);
  });
  events.follow(store);
  openFirst(store);
}

/** Opens what the address names; on a wide window else the chat with the bot. @param {Store} store */
function openFirst(store) {
  const wanted = store.conversations.find(({ key }) => key === location.hash.slice(1));
  const first = wanted ?? (isWide() ? store.conversations.find(({ kind }) => kind === 'personal') : undefined);
  if (first !== undefined) store.openConversation(first);
}

function nothingOpen() {
  return h('div', { class: 'empty' }, h('h2', {}, 'Pick a chat'), h('p', {}, 'Your conversations are on the left.'));
}

function isWide() {
  return matchMedia('(min-width: 721px)').matches;
}
