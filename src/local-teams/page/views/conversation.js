import { ApiError, call, conversationPath } from '../api.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';

import { avatar } from './avatar.js';
import { channelPosts } from './channel-posts.js';
import { chatStream } from './chat-stream.js';
import { composer } from './composer.js';
import { quoteBar } from './quote-bar.js';
import { stickToEnd } from './stick-to-end.js';

/** @typedef {import('../types.js').Conversation} Conversation */

/**
 * The open conversation: head, messages, composer.
 *
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 * @returns {{ element: HTMLElement, focus: () => void, show: () => void }}
 */
export function conversationPane(store, conversation) {
  const isChannel = conversation.kind === 'channel';
  const { name: botName } = store.world.bot;
  const write = composer(store, conversation, {
    placeholder: isChannel ? `Start a post, @${botName} to ask` : placeholderOf(conversation, botName),
    label: isChannel ? 'Start a post' : `Message to ${store.titleOf(conversation)}`,
    testId: 'composer',
    onSend: async (text) => {
      const replyTo = quote.take();
      await send(text, replyTo === undefined ? {} : { replyTo });
    },
  });
  const quote = quoteBar(write.above, () => write.box.focus());
  const view = isChannel
    ? channelPosts(store, conversation, send)
    : chatStream(store, conversation, (message) => quote.show(message));
  const end = stickToEnd(view.element);
  const trouble = h('div', { class: 'trouble', role: 'status', hidden: true, 'data-testid': 'bot-trouble' });

  /**
   * @param {string} text
   * @param {{ threadId?: string, replyTo?: string }} more
   */
  async function send(text, more) {
    end.follow();
    await call('POST', conversationPath(conversation.id, 'messages'), { as: store.persona.key, text, ...more });
  }

  async function greetBot() {
    trouble.hidden = true;
    const body = { conversationId: conversation.id, as: store.persona.key };
    const { failure } = await call('POST', '/api/install', body).catch((error) => {
      if (error instanceof ApiError) return { failure: error.message };
      throw error;
    });
    if (failure === undefined) return;
    const retry = h('button', { class: 'link-button', type: 'button', click: () => void greetBot() }, 'Try again');
    trouble.replaceChildren(icon('warning'), h('span', {}, `${botName} could not be added. ${failure}`), retry);
    trouble.hidden = false;
  }

  const element = h(
    'main',
    { class: `pane pane-${conversation.kind}`, 'data-testid': 'conversation', 'data-key': conversation.key },
    head(store, conversation),
    trouble,
    end.element,
    write.element,
  );
  void greetBot();
  return {
    element,
    focus: () => write.box.focus({ preventScroll: true }),
    show() {
      view.show();
      end.settle();
    },
  };
}

/**
 * @param {Conversation} conversation
 * @param {string} botName
 */
function placeholderOf({ kind }, botName) {
  return kind === 'personal' ? 'Type a message' : `Type a message, @${botName} to ask`;
}

/**
 * @param {import('../store.js').Store} store
 * @param {Conversation} conversation
 */
function head(store, conversation) {
  const title = store.titleOf(conversation);
  const team = store.world.teams.find(({ id }) => id === conversation.teamId);
  const names = store.membersOf(conversation).map(({ givenName }) => givenName);
  const subtitle = {
    personal: 'Bot',
    groupChat: [...names, store.world.bot.name].join(', '),
    channel: team?.name ?? '',
  };
  const back = h(
    'button',
    {
      class: 'icon-button back',
      type: 'button',
      'aria-label': 'Back to the list',
      'data-testid': 'back',
      click: () => store.openConversation(undefined),
    },
    icon('back'),
  );
  const shape = { personal: 'bot', groupChat: 'group', channel: 'team' };
  return h(
    'div',
    { class: 'pane-head' },
    back,
    avatar(
      conversation.kind === 'channel' ? (team?.name ?? title) : title,
      /** @type {'bot'} */ (shape[conversation.kind]),
    ),
    h('div', { class: 'pane-title' }, h('h2', {}, title), h('p', {}, subtitle[conversation.kind])),
  );
}
