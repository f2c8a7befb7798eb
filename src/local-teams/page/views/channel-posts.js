import { h, KeyedRows } from '../dom.js';
import { dayLabel } from '../time.js';

import { composer } from './composer.js';
import { messageRow } from './message-row.js';
import { emptyChat, loadingRows } from './placeholders.js';
import { typingDots } from './typing.js';

/**
 * @typedef {import('../types.js').Message} Message
 * @typedef {import('../types.js').Conversation} Conversation
 */

/**
 * The posts of a channel, each with its replies and a box to reply.
 *
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @param {(text: string, more: { threadId: string }) => Promise<void>} onSend
 */
export function channelPosts(store, conversation, onSend) {
  const rows = new KeyedRows();
  /** @type {Map<string, ReturnType<typeof thread>>} */
  const threads = new Map();
  const element = h('div', { class: 'posts', role: 'feed', 'aria-label': 'Posts' });

  function show() {
    const messages = store.messagesOf(conversation);
    if (messages === undefined) {
      rows.show(element, [loadingRows()]);
      return;
    }
    const byThread = groupByThread(messages);
    const wanted = [...byThread].map(([id, posts]) => {
      const known = threads.get(id) ?? thread(store, conversation, { id, onSend });
      threads.set(id, known);
      known.show(posts);
      return { key: id, signature: '', make: () => known.element };
    });
    if (wanted.length === 0) wanted.push(emptyChat(store, conversation));
    rows.show(element, wanted);
  }

  return { element, show };
}

/**
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @param {{ id: string, onSend: (text: string, more: { threadId: string }) => Promise<void> }} options
 */
function thread(store, conversation, { id, onSend }) {
  const rows = new KeyedRows();
  const replies = h('div', { class: 'thread-messages', role: 'log', 'aria-live': 'polite' });
  const reply = composer(store, conversation, {
    placeholder: 'Reply',
    label: 'Reply to this thread',
    testId: 'thread-reply',
    onSend: (text) => onSend(text, { threadId: id }),
  });
  const element = h(
    'article',
    { class: 'thread', 'data-testid': `thread-${id}`, 'aria-label': 'Thread' },
    replies,
    reply.element,
  );

  /** @param {readonly Message[]} messages */
  function show(messages) {
    const wanted = messages.map((message, index) => ({
      key: message.id,
      signature: JSON.stringify([message, store.persona.key]),
      make: () => post(message, index === 0),
    }));
    if (store.isTyping(conversation.id, id)) {
      wanted.push({ key: 'typing', signature: '', make: () => typingDots(store.world.bot.name) });
    }
    rows.show(replies, wanted);
  }

  /**
   * @param {Message} message
   * @param {boolean} isFirst
   */
  function post(message, isFirst) {
    const row = messageRow(message, { store, conversationId: conversation.id, continued: false, onReply: undefined });
    row.classList.add(isFirst ? 'post-root' : 'post-reply');
    const time = row.querySelector('time');
    if (isFirst && time !== null) time.prepend(`${dayLabel(message.createdAt, store.persona)} `);
    return row;
  }

  return { element, show };
}

/** @param {readonly Message[]} messages */
function groupByThread(messages) {
  /** @type {Map<string, Message[]>} */
  const byThread = new Map();
  for (const message of messages) {
    const id = message.threadId ?? message.id;
    byThread.set(id, [...(byThread.get(id) ?? []), message]);
  }
  return byThread;
}
