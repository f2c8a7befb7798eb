import { h, KeyedRows } from '../dom.js';
import { dayLabel, dayOf } from '../time.js';

import { messageRow } from './message-row.js';
import { emptyChat, loadingRows } from './placeholders.js';
import { typingDots } from './typing.js';

/**
 * @typedef {import('../types.js').Message} Message
 * @typedef {import('../types.js').Conversation} Conversation
 */

const groupedWithinMs = 5 * 60_000;

/**
 * The messages of a personal or group chat, one under the other.
 *
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @param {(message: Message) => void} onReply
 */
export function chatStream(store, conversation, onReply) {
  const rows = new KeyedRows();
  const element = h('div', { class: 'stream', role: 'log', 'aria-live': 'polite', 'aria-label': 'Messages' });

  function show() {
    const messages = store.messagesOf(conversation);
    if (messages === undefined) {
      rows.show(element, [loadingRows()]);
      return;
    }
    const wanted = messages.flatMap((message, index) => rowsOf(message, messages[index - 1]));
    if (wanted.length === 0) wanted.push(emptyChat(store, conversation));
    if (store.isTyping(conversation.id)) {
      wanted.push({ key: 'typing', signature: '', make: () => typingDots(store.world.bot.name) });
    }
    rows.show(element, wanted);
  }

  /**
   * @param {Message} message
   * @param {Message | undefined} previous
   */
  function rowsOf(message, previous) {
    const reader = store.persona;
    const isNewDay = previous === undefined || dayOf(previous.createdAt, reader) !== dayOf(message.createdAt, reader);
    const gapMs = previous === undefined ? Infinity : Date.parse(message.createdAt) - Date.parse(previous.createdAt);
    const continued = !isNewDay && previous?.from.id === message.from.id && gapMs < groupedWithinMs;
    const row = {
      key: message.id,
      signature: JSON.stringify([message, continued, reader.key]),
      make: () => messageRow(message, { store, conversationId: conversation.id, continued, onReply }),
    };
    if (!isNewDay) return [row];
    const label = dayLabel(message.createdAt, reader);
    const separator = () => h('p', { class: 'day' }, h('span', {}, label));
    return [{ key: `day ${message.id}`, signature: label, make: separator }, row];
  }

  return { element, show };
}
