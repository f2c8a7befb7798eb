import { h } from '../dom.js';

import { messageMarkdown } from './markdown.js';
import { textOfHtml } from './plain-text.js';

/** @typedef {import('../types.js').Message} Message */

/**
 * The text of a message as it is to be read: Markdown, plain, or the words of HTML; mentions stand out.
 *
 * @param {Message} message
 * @param {string} readerId
 * @returns {HTMLElement}
 */
export function messageText(message, readerId) {
  const { text, textFormat, mentions } = message;
  const marks = mentions.map((mention, index) => ({ ...mention, mark: `\u{E000}${index}\u{E001}` }));
  const marked = marks.reduce((result, { text: tag, mark }) => result.replace(tag, () => mark), text);
  const body = h('div', { class: `text text-${textFormat}` });
  if (textFormat === 'markdown') body.append(messageMarkdown(marked));
  else body.append(...linked(textFormat === 'xml' ? textOfHtml(marked) : marked));
  putMentions(body, marks, readerId);
  return body;
}

/**
 * @param {HTMLElement} body
 * @param {readonly { id: string, name: string }[]} mentions
 * @param {string} readerId
 */
function putMentions(body, mentions, readerId) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  for (const node of nodes) {
    if (!node.data.includes('\u{E000}')) continue;
    const parts = node.data.split(/\u{E000}(\d+)\u{E001}/u);
    node.replaceWith(
      ...parts.map((part, index) => {
        const mention = index % 2 === 1 ? mentions[Number(part)] : undefined;
        if (mention === undefined) return part;
        return h('span', { class: mention.id === readerId ? 'mention mention-me' : 'mention' }, mention.name);
      }),
    );
  }
}

/** Plain text with its addresses as links. @param {string} text */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/).map((part, index) => {
    if (index % 2 === 0) return part;
    return h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part);
  });
}
