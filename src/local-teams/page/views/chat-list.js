import { summaryOf } from '../content/plain-text.js';
import { h, KeyedRows } from '../dom.js';
import { listLabel } from '../time.js';

import { avatar } from './avatar.js';

/** @typedef {import('../types.js').Conversation} Conversation */

/**
 * The list of chats and channels of the person who speaks.
 *
 * @param {import('../store.js').Store} store
 */
export function chatList(store) {
  const rows = new KeyedRows();
  const list = h('div', { class: 'chat-items' });
  const heading = h('h1', {}, 'Chat');
  let words = '';
  /** @type {import('./rail.js').Section} */
  let section = 'all';

  function show() {
    heading.textContent = section === 'all' ? 'Chat' : 'Teams';
    const mine = store.conversations.filter((conversation) => matches(store, conversation, words));
    const chats = mine.filter(({ kind }) => kind !== 'channel');
    const channels = mine.filter(({ kind }) => kind === 'channel');
    const wanted = [];
    if (section === 'all' && chats.length > 0) wanted.push(headingRow('Chats'), ...chats.map(itemRow));
    for (const team of store.world.teams) {
      const own = channels.filter(({ teamId }) => teamId === team.id);
      if (own.length > 0) wanted.push(teamRow(team.name), ...own.map(itemRow));
    }
    if (wanted.length === 0) wanted.push(emptyRow(words));
    rows.show(list, wanted);
  }

  /** @param {Conversation} conversation */
  function itemRow(conversation) {
    const { key, lastMessage } = conversation;
    const isOpen = store.open === conversation;
    const isUnread = store.isUnread(conversation);
    const signature = JSON.stringify([isOpen, isUnread, lastMessage, store.persona.key]);
    return { key, signature, make: () => item(store, conversation, { isOpen, isUnread }) };
  }

  for (const topic of /** @type {const} */ (['messages', 'persona', 'conversation'])) store.on(topic, show);
  show();
  const element = h(
    'nav',
    { class: 'chat-list', 'data-testid': 'chat-list', 'aria-label': 'Chats' },
    h('div', { class: 'chat-list-head' }, heading),
    list,
  );
  return {
    element,
    /** @param {string} text */
    search(text) {
      words = text.trim().toLowerCase();
      show();
    },
    /** @param {import('./rail.js').Section} next */
    filter(next) {
      section = next;
      show();
    },
  };
}

/**
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @param {{ isOpen: boolean, isUnread: boolean }} state
 */
function item(store, conversation, { isOpen, isUnread }) {
  const title = store.titleOf(conversation);
  const { kind, key, lastMessage } = conversation;
  const isChannel = kind === 'channel';
  return h(
    'button',
    {
      class: `chat-item chat-item-${kind}${isUnread ? ' is-unread' : ''}`,
      type: 'button',
      'data-testid': `chat-item-${key}`,
      'aria-current': isOpen ? 'true' : false,
      click: () => store.openConversation(conversation),
    },
    !isChannel && avatar(title, kind === 'personal' ? 'bot' : 'group'),
    h(
      'span',
      { class: 'chat-item-text' },
      h('span', { class: 'chat-item-title' }, title),
      !isChannel && h('span', { class: 'chat-item-preview' }, preview(store, lastMessage)),
    ),
    h(
      'span',
      { class: 'chat-item-side' },
      !isChannel && lastMessage !== null && h('time', {}, listLabel(lastMessage.createdAt, store.persona)),
      isUnread && h('span', { class: 'dot', role: 'img', 'aria-label': 'Unread' }),
    ),
  );
}

/**
 * @param {import('../store.js').Store} store
 * @param {import('../types.js').Message | null} message
 */
function preview(store, message) {
  if (message === null) return 'No messages yet';
  const who = message.from.id === store.persona.id ? 'You' : message.from.name.split(' ')[0];
  return `${who}: ${summaryOf(message)}`;
}

/**
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @param {string} words
 */
function matches(store, conversation, words) {
  const team = store.world.teams.find(({ id }) => id === conversation.teamId);
  const text = [store.titleOf(conversation), team?.name, conversation.lastMessage?.text].join(' ').toLowerCase();
  return text.includes(words);
}

/** @param {string} title */
function headingRow(title) {
  return { key: `heading ${title}`, signature: '', make: () => h('h2', { class: 'chat-section' }, title) };
}

/** @param {string} name */
function teamRow(name) {
  const make = () => h('h2', { class: 'chat-team' }, avatar(name, 'team'), name);
  return { key: `team ${name}`, signature: '', make };
}

/** @param {string} words */
function emptyRow(words) {
  const make = () => h('p', { class: 'chat-none' }, words === '' ? 'No chats yet.' : `Nothing found for “${words}”.`);
  return { key: 'none', signature: words, make };
}
