import { type Mention, type Message, type Quote } from '../world/model';

const previewLength = 120;

/**
 * The `text/html` attachment that Teams adds to every message of a person.
 *
 * Source: activity samples with `itemtype="http://schema.skype.com/Mention"` and `…/Reply`.
 */
export function messageHtml(text: string, mentions: readonly Mention[], quote: Quote | undefined): string {
  const paragraph = `<p>${htmlOf(text, mentions)}</p>`;
  return quote === undefined ? paragraph : `${quoteHtml(quote)}\n${paragraph}`;
}

/** The short form of a message that a quoted reply shows above its own text. */
export function previewOf(message: Message): string {
  const text = message.text.replaceAll(/<[^>]*>/g, '').trim();
  if (text === '') return message.attachments.length > 0 ? 'Card' : '';
  return text.length > previewLength ? `${text.slice(0, previewLength)}…` : text;
}

function quoteHtml({ id, fromId, fromName, preview }: Quote): string {
  return [
    `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="${escapeHtml(id)}">`,
    `<strong itemprop="mri" itemid="${escapeHtml(fromId)}">${escapeHtml(fromName)}</strong>` +
      `<span itemprop="time" itemid="${escapeHtml(id)}"></span>`,
    `<p itemprop="preview">${escapeHtml(preview)}</p>`,
    '</blockquote>',
  ].join('\n');
}

function htmlOf(text: string, mentions: readonly Mention[]): string {
  let html = escapeHtml(text).replaceAll('\n', '<br>');
  for (const [index, mention] of mentions.entries()) {
    const span = `<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="${String(index)}">${escapeHtml(mention.name)}</span>`;
    html = html.replace(escapeHtml(mention.text), () => span);
  }
  return html.replaceAll('</span> ', '</span>&nbsp;');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
