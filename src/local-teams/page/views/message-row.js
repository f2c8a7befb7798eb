import { performAction } from '../cards/card-actions.js';
import { renderCard } from '../cards/render-card.js';
import { signInCard, signInCardType } from '../cards/sign-in-card.js';
import { messageText } from '../content/message-text.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { timeLabel } from '../time.js';

import { avatar } from './avatar.js';

/**
 * @typedef {import('../types.js').Message} Message
 * @typedef {object} RowOptions
 * @property {import('../store.js').Store} store
 * @property {string} conversationId
 * @property {boolean} continued whether the row above is of the same person, moments before
 * @property {((message: Message) => void) | undefined} onReply
 */

const cardType = 'application/vnd.microsoft.card.adaptive';

/**
 * One message: who, when, text, cards.
 *
 * @param {Message} message
 * @param {RowOptions} options
 * @returns {HTMLElement}
 */
export function messageRow(message, { store, conversationId, continued, onReply }) {
  const isMine = message.from.id === store.persona.id;
  const mentionsMe = message.mentions.some(({ id }) => id === store.persona.id);
  const classes = [
    'row',
    isMine ? 'row-mine' : 'row-other',
    continued && 'row-continued',
    mentionsMe && 'row-mentions-me',
  ];
  return h(
    'article',
    {
      class: classes.filter((name) => name !== false).join(' '),
      'data-testid': `message-${message.id}`,
      'data-from': message.from.role,
      'aria-label': `${isMine ? 'You' : message.from.name}, ${timeLabel(message.createdAt, store.persona)}`,
    },
    avatar(message.from.name, message.from.role === 'bot' ? 'bot' : 'person'),
    h(
      'div',
      { class: 'row-main' },
      header(message, store),
      h(
        'div',
        { class: 'bubble', 'data-testid': 'message', 'data-from': message.from.role },
        ...content(message, { store, conversationId }),
      ),
      failureNote(message),
    ),
    onReply !== undefined && message.deleted !== true && replyButton(() => onReply(message)),
  );
}

/**
 * @param {Message} message
 * @param {import('../store.js').Store} store
 */
function header({ from, createdAt, editedAt }, { persona }) {
  return h(
    'div',
    { class: 'row-head' },
    h('span', { class: 'row-name' }, from.name),
    h('time', { datetime: createdAt }, timeLabel(createdAt, persona)),
    editedAt !== undefined && h('span', { class: 'row-edited' }, 'Edited'),
  );
}

/**
 * @param {Message} message
 * @param {Pick<RowOptions, 'store' | 'conversationId'>} options
 * @returns {(HTMLElement | string)[]}
 */
function content(message, { store, conversationId }) {
  if (message.deleted === true) {
    return [h('p', { class: 'deleted' }, icon('deleted'), 'This message has been deleted')];
  }
  const { id: messageId, attachments, quote } = message;
  const parts = attachments.map((attachment) =>
    attachment.contentType === cardType || attachment.contentType === signInCardType
      ? renderCard(attachment.contentType === cardType ? attachment.content : signInCard(attachment.content), {
          reader: store.persona,
          onAction: (action, frame) => {
            void performAction(action, frame, { conversationId, messageId, as: store.persona.key });
          },
        })
      : h('p', { class: 'unsupported' }, `${attachment.name ?? 'Attachment'} (${attachment.contentType})`),
  );
  if (message.text !== '') parts.unshift(messageText(message, store.persona.id));
  if (quote !== undefined) parts.unshift(quoted(quote));
  return parts;
}

/** @param {NonNullable<Message['quote']>} quote */
function quoted({ fromName, preview }) {
  return h('blockquote', { class: 'quote' }, h('strong', {}, fromName), h('span', {}, preview));
}

/** @param {Message} message */
function failureNote({ deliveryFailure }) {
  if (deliveryFailure === undefined) return null;
  return h('p', { class: 'not-delivered', 'data-testid': 'not-delivered' }, icon('warning'), deliveryFailure);
}

/** @param {() => void} click */
function replyButton(click) {
  const attributes = { class: 'icon-button reply', type: 'button', title: 'Reply', 'aria-label': 'Reply', click };
  return h('button', { ...attributes, 'data-testid': 'reply' }, icon('reply'));
}
