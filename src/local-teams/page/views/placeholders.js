import { h } from '../dom.js';

import { avatar } from './avatar.js';

/** Grey bars while messages are on their way. */
export function loadingRows() {
  const bars = () => ['w60', 'w40', 'w80'].map((width) => h('span', { class: `bar ${width}` }));
  const make = () => h('div', { class: 'loading', role: 'status', 'aria-label': 'Loading messages' }, ...bars());
  return { key: 'loading', signature: '', make };
}

/**
 * What a conversation says before anybody has said anything.
 *
 * @param {import('../store.js').Store} store
 * @param {import('../types.js').Conversation} conversation
 */
export function emptyChat(store, conversation) {
  const { name } = store.world.bot;
  const title = store.titleOf(conversation);
  const hint =
    conversation.kind === 'personal'
      ? 'Say hello, or type help to see what it can do.'
      : `Type @${name} and what you want; without the mention ${name} does not hear you.`;
  const shape = conversation.kind === 'personal' ? 'bot' : conversation.kind === 'channel' ? 'team' : 'group';
  const heading = conversation.kind === 'personal' ? `Your chat with ${title}` : `Welcome to ${title}`;
  const make = () =>
    h('div', { class: 'empty', 'data-testid': 'empty' }, avatar(title, shape), h('h2', {}, heading), h('p', {}, hint));
  return { key: 'empty', signature: title, make };
}
